/// A reader of numbers in untrusted bytes; reads out of bounds return nil.
struct ByteReader {
  let bytes: ArraySlice<UInt8>
  var isLittleEndian = false

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  var count: Int { bytes.count }

  func uint8(at offset: Int) -> Int? { number(at: offset, bytes: 1) }
  func uint16(at offset: Int) -> Int? { number(at: offset, bytes: 2) }
  func uint32(at offset: Int) -> Int? { number(at: offset, bytes: 4) }
  func int64(at offset: Int) -> Int? { number(at: offset, bytes: 8) }

  /// Returns a range of bytes, if in bounds.
  func part(at offset: Int, count length: Int) -> ArraySlice<UInt8>? {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
    return bytes[(bytes.startIndex + offset)..<(bytes.startIndex + offset + length)]
  }

  private func number(at offset: Int, bytes length: Int) -> Int? {
    guard let part = part(at: offset, count: length) else { return nil }
    return isLittleEndian
      ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
  }
}
