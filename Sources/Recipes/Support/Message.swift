/// A message in the wire format of Protocol Buffers, decoded.
struct Message {
  // A value by its wire type: a number, or a text, bytes or a message.
  private enum Value {
    case integer(Int)
    case bytes(ByteReader)
  }

  private let fields: [(number: Int, value: Value)]

  /// Decodes the fields; nil if the message is damaged.
  init?(_ bytes: ByteReader) {
    var fields: [(number: Int, value: Value)] = []
    var place = 0
    while place < bytes.count {
      guard let key = bytes.varint(at: &place),
        let value = Message.value(wire: key & 7, in: bytes, at: &place)
      else { return nil }
      fields.append((key >> 3, value))
    }
    self.fields = fields
  }

  private static func value(wire: Int, in bytes: ByteReader, at place: inout Int) -> Value? {
    switch wire {
    case 0: return bytes.varint(at: &place).map { .integer($0) }
    case 1:
      place += 8
      return bytes.int64(at: place - 8).map { .integer($0) }
    case 5:
      place += 4
      return bytes.uint32(at: place - 4).map { .integer($0) }
    case 2:
      guard let length = bytes.varint(at: &place), let part = bytes.reader(at: place, count: length) else {
        return nil
      }
      place += length
      return .bytes(part)
    default: return nil
    }
  }

  /// Returns the last number of a field; nil if there is none.
  func integer(_ number: Int) -> Int? {
    for case (number, .integer(let value)) in fields.reversed() { return value }
    return nil
  }

  /// Returns all texts, bytes or messages of a field.
  func bytes(_ number: Int) -> [ByteReader] {
    fields.compactMap { if case (number, .bytes(let value)) = $0 { value } else { nil } }
  }

  /// Returns all messages of a field; nil if one is damaged.
  func messages(_ number: Int) -> [Message]? {
    var messages: [Message] = []
    for part in bytes(number) {
      guard let message = Message(part) else { return nil }
      messages.append(message)
    }
    return messages
  }
}

extension ByteReader {
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
