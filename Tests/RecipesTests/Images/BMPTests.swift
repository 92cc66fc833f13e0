import Foundation
@testable import Recipes
import Testing

/// BMP files written byte by byte.
enum BMPFile {
  static func word(_ number: Int, bytes: Int = 4) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// A file of the two headers, what is between them and the pixels, and the pixels.
  static func bytes(
    width: Int, height: Int, bits: Int, compression: Int = 0, colors: Int = 0, header: Int = 40,
    between: [UInt8] = [], offset: Int? = nil, pixels: [UInt8]
  ) -> [UInt8] {
    let start = offset ?? 14 + header + between.count
    let file = Array("BM".utf8) + word(start + pixels.count) + word(0) + word(start)
    let info =
      word(header) + word(width) + word(height) + word(1, bytes: 2) + word(bits, bytes: 2) + word(compression)
      + word(pixels.count) + word(2835) + word(2835) + word(colors) + word(0)
    return file + info + [UInt8](repeating: 0, count: max(header - 40, 0)) + between + pixels
  }

  /// Black, red, and one of which each channel is another.
  static let palette: [UInt8] = [0, 0, 0, 0, 0, 0, 255, 0, 51, 102, 153, 0]

  /// Blue, green and white.
  static let more: [UInt8] = [204, 0, 0, 0, 0, 204, 0, 0, 255, 255, 255, 0]

  /// A file of each kind that is read, all of the picture ``BMPTests/picture``.
  static let kinds: [String: [UInt8]] = [
    "24 bits": bytes(
      width: 3, height: 2, bits: 24,
      pixels: [204, 0, 0, 0, 204, 0, 255, 255, 255, 9, 9, 9] + [0, 0, 255, 0, 0, 0, 51, 102, 153, 9, 9, 9]),
    "24 bits from the top": bytes(
      width: 3, height: -2, bits: 24,
      pixels: [0, 0, 255, 0, 0, 0, 51, 102, 153, 9, 9, 9] + [204, 0, 0, 0, 204, 0, 255, 255, 255, 9, 9, 9]),
    "32 bits": bytes(
      width: 3, height: 2, bits: 32, header: 124,
      pixels: [204, 0, 0, 7, 0, 204, 0, 7, 255, 255, 255, 7] + [0, 0, 255, 7, 0, 0, 0, 7, 51, 102, 153, 7]),
    "32 bits from the top": bytes(
      width: 3, height: -2, bits: 32,
      pixels: [0, 0, 255, 7, 0, 0, 0, 7, 51, 102, 153, 7] + [204, 0, 0, 7, 0, 204, 0, 7, 255, 255, 255, 7]),
    "8 bits": bytes(
      width: 3, height: 2, bits: 8, colors: 6,
      between: palette + more, pixels: [3, 4, 5, 9] + [1, 0, 2, 9]),
    "8 bits from the top": bytes(
      width: 3, height: -2, bits: 8, header: 108,
      between: palette + more + [UInt8](repeating: 1, count: 4 * 250),
      pixels: [1, 0, 2, 9] + [3, 4, 5, 9]),
  ]
}

@Suite struct BMPTests {
  /// Red, black and a brown above blue, green and white.
  static let picture: [Float] = [1, 0, 0, 0, 0, 0, 0.6, 0.4, 0.2, 0, 0, 0.8, 0, 0.8, 0, 1, 1, 1]

  @Test(arguments: BMPFile.kinds.keys.sorted()) func readsEveryKind(_ kind: String) throws {
    let image = try Image(encoded: #require(BMPFile.kinds[kind]))
    #expect((image.width, image.height, image.channels) == (3, 2, 3))
    #expect(image.pixels == Self.picture)
  }

  /// A file as Windows' Paint writes it, byte by byte.
  @Test func readsAFileInFull() throws {
    let file: [UInt8] = [
      0x42, 0x4D, 0x3A, 0, 0, 0, 0, 0, 0, 0, 0x36, 0, 0, 0,
      0x28, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0x18, 0, 0, 0, 0, 0, 4, 0, 0, 0,
      0xC3, 0x0E, 0, 0, 0xC3, 0x0E, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      51, 102, 255, 0,
    ]
    #expect(try Image(encoded: file).pixels == [1, 0.4, 0.2])
  }

  @Test func partsOfRowsAreThoseOfTheWhole() throws {
    for file in BMPFile.kinds.values {
      let rows = try Image.encoded(file).decoded(atLeast: nil)
      let part = rows.reduced(PixelBox(top: 1, left: 1, height: 1, width: 2), height: 1, width: 2)
      #expect(part.pixels == Array(Self.picture[12...]))
    }
  }

  @Test func valuesThatThePaletteLacksAreBlack() throws {
    let file = BMPFile.bytes(
      width: 2, height: 1, bits: 8, colors: 3, between: BMPFile.palette, pixels: [2, 3, 0, 0])
    #expect(try Image(encoded: file).pixels == [0.6, 0.4, 0.2, 0, 0, 0])
  }

  @Test func noTruncationIsTakenForAPicture() throws {
    for (kind, whole) in BMPFile.kinds {
      for length in 0..<whole.count {
        #expect(throws: ImageError.self, "\(length) bytes of \(kind)") {
          try Image(encoded: Array(whole.prefix(length)))
        }
      }
    }
  }

  @Test(arguments: [
    (BMPFile.bytes(width: 2, height: 1, bits: 32, compression: 3, pixels: [0, 0]), "with bit fields"),
    (BMPFile.bytes(width: 2, height: 1, bits: 16, compression: 6, pixels: [0, 0]), "with bit fields"),
    (BMPFile.bytes(width: 2, height: 1, bits: 8, compression: 1, pixels: [0]), "with run-length compression"),
    (
      BMPFile.bytes(width: 2, height: 1, bits: 0, compression: 4, pixels: [0]),
      "with a compressed picture inside"
    ),
    (BMPFile.bytes(width: 2, height: 1, bits: 4, pixels: [0]), "of 4 bits a pixel"),
    (BMPFile.bytes(width: 2, height: 1, bits: 24, header: 12, pixels: [0]), "of OS/2"),
  ])
  func namesTheKindsThatAreNotRead(_ file: [UInt8], _ kind: String) throws {
    let error = try #require(throws: ImageError.self) { try Image(encoded: file) }
    #expect(error == .unsupported(format: "a BMP picture " + kind, convertTo: "PNG"))
    #expect(error.description == "the file holds a BMP picture \(kind), which is not read; convert it to PNG")
  }

  @Test(arguments: [
    (
      BMPFile.bytes(width: 2, height: 1, bits: 24, compression: 9, pixels: []),
      "its compression is of the unknown kind 9"
    ),
    (BMPFile.bytes(width: 2, height: 1, bits: 24, header: 41, pixels: []), "its header has 41 bytes"),
    (
      BMPFile.bytes(width: 2, height: 1, bits: 8, colors: 257, pixels: []),
      "its palette has 257 colors where 256 are possible"
    ),
    (
      BMPFile.bytes(width: 2, height: 1, bits: 24, offset: 53, pixels: [0]),
      "its pixels begin within its header"
    ),
    (
      BMPFile.bytes(width: 1, height: 1, bits: 8, colors: 3, pixels: [0]),
      "its pixels begin within its header"
    ),
    (
      BMPFile.bytes(width: 2, height: 2, bits: 24, pixels: [0]),
      "2 by 2 pixels need 16 bytes, but 1 follow its header"
    ),
    (
      BMPFile.bytes(width: 2, height: -2, bits: 32, offset: 0x7FFF_FFFF, pixels: []),
      "2 by 2 pixels need 16 bytes, but 0 follow its header"
    ),
  ])
  func refuses(_ file: [UInt8], _ reason: String) {
    #expect(throws: ImageError.damaged(format: "BMP", reason: reason)) { try Image(encoded: file) }
  }

  @Test func sizesAreCheckedFirst() {
    func file(_ width: Int, _ height: Int) -> [UInt8] {
      BMPFile.bytes(width: width, height: height, bits: 32, pixels: [])
    }
    #expect(throws: ImageError.tooLarge(width: 30000, height: 30000)) {
      try Image(encoded: file(30000, -30000))
    }
    #expect(throws: ImageError.tooLarge(width: 0x7FFF_FFFF, height: 0x8000_0000)) {
      try Image(encoded: file(0x7FFF_FFFF, -0x8000_0000))
    }
    #expect(throws: ImageError.noPixels(width: -1, height: 5)) { try Image(encoded: file(-1, 5)) }
    #expect(throws: ImageError.noPixels(width: 5, height: 0)) { try Image(encoded: file(5, 0)) }
  }

  @Test func decodingIsForeseen() throws {
    let file = try #require(BMPFile.kinds["24 bits"])
    let scratch = try ScratchFolder()
    let place = scratch.url.appending(path: "picture.bmp")
    try Data(file).write(to: place)
    #expect(Image.decodingBytes(of: place) == file.count)
    try Data(file.dropLast()).write(to: place)
    #expect(Image.decodingBytes(of: place) == nil)
    #expect(Image.isPicture(named: "a.BMP") && Image.formats.contains("BMP"))
  }
}
