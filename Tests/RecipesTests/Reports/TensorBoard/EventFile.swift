import Foundation
import Testing

/// An event file, read by the formats' descriptions: TFRecords with their checks, and Protocol Buffers.
struct EventFile {
  /// A number or a picture of an event.
  struct Value: Equatable {
    var tag = ""
    var number: Float?
    var size: [UInt64]?
    var picture: Data?
  }

  struct Event {
    var time = 0.0
    var step: UInt64 = 0
    var version: String?
    var session: UInt64?
    var values: [Value] = []
  }

  private(set) var events: [Event] = []

  init(_ data: Data) throws {
    var rest = Array(data)[...]
    while !rest.isEmpty {
      let header = Array(rest.prefix(8))
      let length = Int(Self.number(header))
      try #require(rest.count >= length + 16)
      let body = Array(rest.dropFirst(12).prefix(length))
      #expect(Self.number(Array(rest.dropFirst(8).prefix(4))) == UInt64(Self.check(header)))
      #expect(Self.number(Array(rest.dropFirst(12 + length).prefix(4))) == UInt64(Self.check(body)))
      events.append(try Self.event(body))
      rest = rest.dropFirst(length + 16)
    }
  }

  private static func event(_ bytes: [UInt8]) throws -> Event {
    var event = Event()
    for field in try fields(bytes) {
      switch (field.number, field.wire) {
      case (1, 1): event.time = Double(bitPattern: number(field.bytes))
      case (2, 0): event.step = number(field.bytes)
      case (3, 2): event.version = String(decoding: field.bytes, as: UTF8.self)
      case (5, 2):
        event.values = try fields(field.bytes).filter { $0.number == 1 }.map { try value($0.bytes) }
      case (7, 2): event.session = try fields(field.bytes).first { $0.number == 1 }.map { number($0.bytes) }
      default: Issue.record("field \(field.number) of type \(field.wire)")
      }
    }
    return event
  }

  private static func value(_ bytes: [UInt8]) throws -> Value {
    var value = Value()
    for field in try fields(bytes) {
      switch (field.number, field.wire) {
      case (1, 2): value.tag = String(decoding: field.bytes, as: UTF8.self)
      case (2, 5): value.number = Float(bitPattern: UInt32(number(field.bytes)))
      case (4, 2):
        let parts = try fields(field.bytes)
        value.size = parts.filter { $0.wire == 0 }.sorted { $0.number < $1.number }.map { number($0.bytes) }
        value.picture = parts.first { $0.number == 4 }.map { Data($0.bytes) }
      default: break
      }
    }
    return value
  }

  private struct Field {
    let number: Int
    let wire: Int
    /// The content; a varint as its eight bytes.
    let bytes: [UInt8]
  }

  private static func fields(_ bytes: [UInt8]) throws -> [Field] {
    var rest = bytes[...]
    func varint() throws -> UInt64 {
      var (value, shift) = (0 as UInt64, 0 as UInt64)
      while let byte = rest.popFirst() {
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
      throw CocoaError(.fileReadCorruptFile)
    }
    var fields: [Field] = []
    while !rest.isEmpty {
      let key = Int(try varint())
      let content: [UInt8]
      switch key & 7 {
      case 0: content = withUnsafeBytes(of: try varint().littleEndian) { Array($0) }
      case 1: content = Array(rest.prefix(8))
      case 5: content = Array(rest.prefix(4))
      case 2:
        let length = Int(try varint())
        content = Array(rest.prefix(length))
      default: throw CocoaError(.fileReadCorruptFile)
      }
      if key & 7 != 0 { rest = rest.dropFirst(content.count) }
      fields.append(Field(number: key >> 3, wire: key & 7, bytes: content))
    }
    return fields
  }

  private static func number(_ bytes: [UInt8]) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The masked check, bit by bit.
  private static func check(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }
    crc = ~crc
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }
}
