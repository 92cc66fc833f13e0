import Recipes
import TestSupport
import Testing

/// EXIF metadata in a JPEG file; that each orientation turns as Pillow does is tested with the other files.
@Suite(.needsJPEG) struct OrientationTests {
  /// TIFF metadata of one number, in either order of bytes.
  private func metadata(
    little: Bool = false, tag: Int = 0x0112, type: Int = 3, value: Int = 6, directory: Int = 8,
    entries: Int = 1
  ) -> [UInt8] {
    func number(_ value: Int, bytes: Int) -> [UInt8] {
      let shifts = (0..<bytes).map { 8 * (little ? $0 : bytes - 1 - $0) }
      return shifts.map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    return Array((little ? "II" : "MM").utf8) + number(42, bytes: 2) + number(directory, bytes: 4)
      + number(entries, bytes: 2) + number(tag, bytes: 2) + number(type, bytes: 2) + number(1, bytes: 4)
      + (type == 4 ? number(value, bytes: 4) : number(value, bytes: 2) + [0, 0]) + number(0, bytes: 4)
  }

  /// Whether a picture that lies on its side stands up when it has such metadata.
  private func isTurned(_ metadata: [UInt8]) throws -> Bool {
    try isTurned(segments: [Array("Exif\0\0".utf8) + metadata])
  }

  private func isTurned(segments: [[UInt8]]) throws -> Bool {
    let file = try ImageFixture.bytes("baseline-444.jpg")
    let added = segments.flatMap { content -> [UInt8] in
      let length = content.count + 2
      return [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + content
    }
    let image = try Image(encoded: Array(file.prefix(2)) + added + file.dropFirst(2))
    return image.height > image.width
  }

  private func xmp(_ text: String) -> [UInt8] {
    Array("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description ".utf8) + Array(text.utf8)
      + Array(" xmp:Rating=\"6\"/></x:xmpmeta>".utf8)
  }

  @Test func everyWholeNumberIsRead() throws {
    for little in [false, true] {
      #expect(try isTurned(metadata(little: little, type: 4)))
      #expect(try !isTurned(metadata(little: little, type: 4, value: 0x10006)))
    }
    #expect(try isTurned(metadata(little: true, type: 1)))
  }

  @Test func theFirstThatTellsItCounts() throws {
    let exif = Array("Exif\0\0".utf8)
    #expect(try isTurned(segments: [exif, exif + metadata()]))
    #expect(try isTurned(segments: [exif + metadata(value: 0), exif + metadata()]))
    #expect(try !isTurned(segments: [exif + metadata(value: 1), exif + metadata()]))
  }

  @Test(arguments: [
    ("tiff:Orientation=\"6\"", true), ("tiff:Orientation = '8'", true),
    ("><tiff:Orientation>5</tiff:Orientation", true), ("tiff:Orientation=\"1\"", false),
    ("tiff:Orientation=\"61\"", false), ("tiff:Orientation=\"0\"", false), ("tiff:Orientation", false),
    ("tiff:ImageWidth=\"6\"", false),
  ]) func xmpIsReadWhereThereIsNoOther(_ text: String, isTurned expected: Bool) throws {
    #expect(try isTurned(segments: [xmp(text)]) == expected)
    let upright = Array("Exif\0\0".utf8) + metadata(value: 1)
    #expect(try !isTurned(segments: [xmp(text), upright]))
    #expect(try isTurned(segments: [xmp("tiff:Orientation=\"1\""), Array("Exif\0\0".utf8) + metadata()]))
  }

  /// Whether the picture of a PNG file with such chunks, before its pixels or after them, stands up.
  private func isTurned(_ chunks: [PNGChunk], after: Bool = false) throws -> Bool {
    let file = try ImageFixture.bytes("rgb.png")
    let place = after ? file.count - 12 : 33
    let image = try Image(
      encoded: Array(file[..<place]) + chunks.flatMap(\.bytes) + Array(file[place...]))
    return image.height > image.width
  }

  private func rawProfile(_ kind: String, _ content: [UInt8]) -> [UInt8] {
    let digits = content.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    let lines = stride(from: 0, to: digits.count, by: 36).map {
      digits[$0..<min($0 + 36, digits.count)].joined() + "\n"
    }
    return Array("\n\(kind)\n    \(content.count)\n\(lines.joined())".utf8)
  }

  @Test(.needsPNG, arguments: [false, true]) func chunksOfPNGAreRead(_ after: Bool) throws {
    let exif = metadata(little: true)
    #expect(try isTurned([PNGChunk("eXIf", exif)], after: after))
    for kind in ["exif", "APP1"] {
      let profile = rawProfile(kind, Array("Exif\0\0".utf8) + exif)
      let keyword = Array("Raw profile type \(kind)\0".utf8)
      #expect(try isTurned([PNGChunk("tEXt", keyword + profile)], after: after))
      #expect(try isTurned([PNGChunk("zTXt", keyword + [0] + zlib(profile))], after: after))
      #expect(try isTurned([PNGChunk("iTXt", keyword + [0, 0, 0, 0] + profile)], after: after))
      #expect(try isTurned([PNGChunk("iTXt", keyword + [1, 0, 0, 0] + zlib(profile))], after: after))
      let upright = PNGChunk("eXIf", metadata(value: 1))
      #expect(try !isTurned([PNGChunk("tEXt", keyword + profile), upright], after: after))
      #expect(try !isTurned([PNGChunk("zTXt", keyword + [0] + zlib(profile).prefix(9))], after: after))
    }
    let packet = Array("XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation=\"6\"/>".utf8)
    #expect(try isTurned([PNGChunk("iTXt", packet)], after: after))
  }

  /// Data as zlib has them, stored.
  private func zlib(_ data: [UInt8]) -> [UInt8] {
    var (low, high) = (1, 0)
    for byte in data {
      low = (low + Int(byte)) % 65521
      high = (high + low) % 65521
    }
    let (count, inverse) = (data.count, ~data.count)
    let header = [0x78, 0x01, 1, count & 255, count >> 8, inverse & 255, inverse >> 8 & 255]
    let sum = [high >> 8, high & 255, low >> 8, low & 255]
    return header.map(UInt8.init) + data + sum.map(UInt8.init)
  }

  @Test func bothOrdersOfBytesAreRead() throws {
    #expect(try isTurned(metadata()))
    #expect(try isTurned(metadata(little: true)))
  }

  @Test func damagedMetadataTurnNothing() throws {
    let damaged = [
      metadata(value: 0), metadata(value: 9), metadata(tag: 0x0113), metadata(type: 2),
      metadata(directory: 0xFFFF_FFFF), metadata(directory: 25), metadata(tag: 0x0100, entries: 0xFFFF), [],
    ]
    for metadata in damaged { #expect(try !isTurned(metadata)) }
    for length in 0..<20 { #expect(try !isTurned(Array(metadata().prefix(length)))) }
  }
}
