/// A field of a message in the wire format of Protocol Buffers.
struct MessageField {
  /// A value by its wire type.
  enum Value {
    /// A number of 32 or 64 bits, or of variable length.
    case integer(Int)
    /// A text, bytes or a message.
    case bytes(ByteReader)
  }

  let number: Int
  let value: Value
}

extension ByteReader {
  /// The fields of a message; nil if it is damaged.
  var messageFields: [MessageField]? {
    var fields: [MessageField] = []
    var place = 0
    while place < count {
      guard let key = varint(at: &place), let value = messageValue(wire: key & 7, at: &place) else {
        return nil
      }
      fields.append(MessageField(number: key >> 3, value: value))
    }
    return fields
  }

  private func messageValue(wire: Int, at place: inout Int) -> MessageField.Value? {
    switch wire {
    case 0: return varint(at: &place).map { .integer($0) }
    case 1:
      place += 8
      return int64(at: place - 8).map { .integer($0) }
    case 5:
      place += 4
      return uint32(at: place - 4).map { .integer($0) }
    case 2:
      guard let length = varint(at: &place), let part = reader(at: place, count: length) else { return nil }
      place += length
      return .bytes(part)
    default: return nil
    }
  }

  /// Reads a number of variable length, and moves the offset behind it.
  func varint(at place: inout Int) -> Int? {
    var value: UInt64 = 0
    for shift in stride(from: 0 as UInt64, to: 70, by: 7) {
      guard let byte = uint8(at: place) else { return nil }
      place += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return Int(truncatingIfNeeded: value) }
    }
    return nil
  }

  /// The bytes as a text.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Returns a reader of some of the bytes, in the same order of numbers.
  func reader(_ part: ArraySlice<UInt8>) -> ByteReader {
    var reader = ByteReader(part)
    reader.isLittleEndian = isLittleEndian
    return reader
  }

  /// Returns a reader of a range of bytes, if in bounds.
  func reader(at offset: Int, count: Int) -> ByteReader? {
    part(at: offset, count: count).map { reader($0) }
  }
}
