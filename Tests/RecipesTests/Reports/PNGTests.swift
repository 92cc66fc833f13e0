import Foundation
import Testing

@testable import Recipes

@Suite struct PNGTests {
  @Test(arguments: [(1, 0), (3, 2)]) func chunksAreWhole(_ channels: Int, _ color: UInt8) throws {
    let image = noise(height: 150, width: 170, channels: channels)
    let chunks = try pngChunks(in: Array(image.png()))
    #expect(chunks.map(\.type) == ["IHDR", "IDAT", "IEND"])
    #expect(chunks[0].content == [0, 0, 0, 170, 0, 0, 0, 150, 8, color, 0, 0, 0])
    let lines = try Zlib.inflated(chunks[1].content[...], atMost: 1 << 20)
    #expect(lines.count == 150 * (170 * channels + 1))
    for y in 0..<150 {
      var row = Array(lines[(y * (170 * channels + 1))...].prefix(170 * channels + 1))
      #expect(row.removeFirst() == 1)
      for place in channels..<row.count { row[place] &+= row[place - channels] }
      let expected = image.pixels[(y * 170 * channels)...].prefix(170 * channels)
      #expect(zip(row, expected).allSatisfy { abs(Float($0) / 255 - $1) <= 0.502 / 255 })
    }
  }

  @Test func valuesOutOfRangeAreClipped() throws {
    let image = Image(width: 4, height: 1, channels: 1, pixels: [-1, 2, .nan, 0.5])
    let lines = try Zlib.inflated(pngChunks(in: Array(image.png()))[1].content[...], atMost: 100)
    #expect(lines == [1, 0, 255, 1, 128])
  }

  /// Where zlib is not there, the lines are stored as they are, in blocks of at most 65,535 bytes.
  @Test(arguments: [0, 1, 65_535, 65_536, 200_000]) func storesWithoutZlib(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 8) }
    #expect(try inflateStored(zlibStored(bytes)) == bytes)
    #expect(try Zlib.inflated(zlibStored(bytes)[...], atMost: count) == bytes)
  }

  @Test func repeatedPixelsTakeLittleRoom() throws {
    #expect(try Image(width: 200, height: 200, filledWith: 0.25).png().count < 2000)
  }

  @Test func refusesOtherChannels() {
    let error = #expect(throws: UnsupportedChannels.self) {
      try noise(height: 2, width: 2, channels: 4).png()
    }
    #expect(
      error?.description == "an image of 4 channels cannot be written as a picture;"
        + " choose one of them for gray or three for color")
  }

  @Test func checksumsAreTheStandardOnes() {
    #expect(adler32(Array("Wikipedia".utf8)) == 0x11E6_0398)
  }
}

private struct Malformed: Error {}

/// The chunks of a PNG file, their checksums compared.
private func pngChunks(in file: [UInt8]) throws -> [(type: String, content: [UInt8])] {
  guard file.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { throw Malformed() }
  var chunks: [(type: String, content: [UInt8])] = []
  var start = 8
  while start < file.count {
    let length = number(file[start..<(start + 4)])
    let body = file[(start + 4)..<(start + 8 + length)]
    let sum = Int(CyclicChecksum(of: Array(body)).value)
    guard number(file[(start + 8 + length)..<(start + 12 + length)]) == sum else { throw Malformed() }
    chunks.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
    start += 12 + length
  }
  return chunks
}

/// The bytes of a zlib stream of stored blocks, its checksum compared.
private func inflateStored(_ stream: [UInt8]) throws -> [UInt8] {
  guard number(stream[0..<2]) % 31 == 0 else { throw Malformed() }
  var bytes: [UInt8] = []
  var start = 2
  var isLast = false
  while !isLast {
    isLast = stream[start] == 1
    let length = Int(stream[start + 1]) | Int(stream[start + 2]) << 8
    guard stream[start + 3] == ~stream[start + 1], stream[start + 4] == ~stream[start + 2] else {
      throw Malformed()
    }
    bytes += stream[(start + 5)..<(start + 5 + length)]
    start += 5 + length
  }
  guard number(stream[start...]) == Int(adler32(bytes)) else { throw Malformed() }
  return bytes
}

private func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
