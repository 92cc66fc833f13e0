/// A message in the wire format of Protocol Buffers.
struct ProtocolBuffer {
  /// The encoded fields.
  private(set) var bytes: [UInt8] = []

  /// Adds an integer field; negative numbers take ten bytes.
  mutating func add(_ field: Int, _ value: Int) {
    key(field, wire: 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// Adds a field of 64 bits.
  mutating func add(_ field: Int, _ value: Double) {
    key(field, wire: 1)
    littleEndian(value.bitPattern)
  }

  /// Adds a field of 32 bits.
  mutating func add(_ field: Int, _ value: Float) {
    key(field, wire: 5)
    littleEndian(value.bitPattern)
  }

  /// Adds a text, bytes or a message.
  mutating func add(_ field: Int, _ value: some Collection<UInt8>) {
    key(field, wire: 2)
    varint(UInt64(value.count))
    bytes += value
  }

  private mutating func key(_ field: Int, wire: UInt64) { varint(UInt64(field) << 3 | wire) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func littleEndian(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}
