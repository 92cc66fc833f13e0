/// The fields of a message in the wire format of Protocol Buffers, read by the format's description.
struct WireFields {
  /// A field: its number, and its content as a number or as bytes.
  struct Field {
    let number: Int
    var value: UInt64 = 0
    var bytes: ArraySlice<UInt8> = []
  }

  /// The reason that a message cannot be read.
  struct Malformed: Error {}

  private(set) var fields: [Field] = []

  init(_ bytes: ArraySlice<UInt8>) throws(Malformed) {
    var rest = bytes
    while !rest.isEmpty {
      let key = Int(try WireFields.varint(&rest))
      var field = Field(number: key >> 3)
      switch key & 7 {
      case 0: field.value = try WireFields.varint(&rest)
      case 2:
        let length = Int(try WireFields.varint(&rest))
        guard length >= 0, length <= rest.count else { throw Malformed() }
        field.bytes = rest.prefix(length)
        rest = rest.dropFirst(length)
      default: throw Malformed()
      }
      fields.append(field)
    }
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) throws(Malformed) -> UInt64 {
    var (value, shift) = (0 as UInt64, 0 as UInt64)
    while let byte = rest.popFirst() {
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw Malformed()
  }

  func text(_ number: Int) -> String {
    fields.last { $0.number == number }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
  }

  func texts(_ number: Int) -> [String] {
    fields.filter { $0.number == number }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  func int(_ number: Int) -> Int {
    Int(truncatingIfNeeded: fields.last { $0.number == number }?.value ?? 0)
  }

  func ints(_ number: Int) -> [Int] {
    fields.filter { $0.number == number }.map { Int(truncatingIfNeeded: $0.value) }
  }

  func messages(_ number: Int) throws(Malformed) -> [WireFields] {
    var messages: [WireFields] = []
    for field in fields where field.number == number { messages.append(try WireFields(field.bytes)) }
    return messages
  }
}
