import Foundation
import Recipes
import TestSupport
import Testing

@Suite struct ImageFormatTests {
  private static func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

  @Test(arguments: [
    ("GIF89a", "a GIF picture", "PNG"), ("RIFF\u{1}\0\0\0WEBPVP8 ", "a WebP picture", "PNG"),
    ("II*\0\u{8}\0\0\0", "a TIFF picture", "PNG"), ("MM\0*\0\0\0\u{8}", "a TIFF picture", "PNG"),
    ("\0\0\0\u{18}ftypheic", "a HEIC picture", "JPEG or PNG"),
    ("\0\0\0\u{18}ftypavif", "an AVIF picture", "PNG"),
    ("%PDF-1.7", "a PDF document", "PNG"), ("\n <!DOCTYPE html><html>", "HTML or XML text", "JPEG or PNG"),
    ("<HTML><body>", "HTML or XML text", "JPEG or PNG"),
    ("<?xml version='1.0'?><svg/>", "HTML or XML text", "JPEG or PNG"),
    ("P3\n2 1\n255\n", "a Netpbm picture of the kind P3", "binary PPM or PGM (P6 or P5)"),
    (
      "version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS",
      "the picture itself by git lfs pull"
    ),
    (
      String(repeating: "\0", count: 128) + "DICM", "a DICOM file",
      "PNG, with the window that it is to be seen in"
    ),
  ])
  func namesWhatIsNotRead(_ text: String, name: String, target: String) throws {
    let error = try #require(throws: ImageError.self) { try Image(encoded: Self.bytes(text)) }
    #expect(error == .unsupported(format: name, convertTo: target))
    #expect(error.description == "the file holds \(name), which is not read; convert it to \(target)")
  }

  @Test func whatIsNoPictureAtAll() throws {
    #expect(throws: ImageError.empty) { try Image(encoded: []) }
    let error = try #require(throws: ImageError.self) { try Image(encoded: Self.bytes("a photograph")) }
    #expect(error == .unknown(firstBytes: Self.bytes("a photog")))
    #expect(
      error.description
        == "the file is no JPEG, PNG, PPM, PGM or BMP: it begins with the bytes 61 20 70 68 6f 74 6f 67;"
        + " convert it to one of them")
  }

  @Test func inksAreRefusedByName() throws {
    let bytes = try ImageFixture.bytes("cmyk.jpg")
    let error = try #require(throws: ImageError.self) { try Image(encoded: bytes) }
    #expect(error == .inks(model: "CMYK"))
    #expect(
      error.description
        == "the JPEG's colors are CMYK, inks for printing, which are not read; convert it to RGB")
    let adobe = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("Adobe".utf8)) })
    var other = bytes
    other[adobe + 11] = 2
    #expect(throws: ImageError.inks(model: "YCCK")) { try Image(encoded: other) }
  }

  /// A frame header that says so, before any library is asked.
  static func jpeg(width: Int, height: Int) -> [UInt8] {
    [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8] + [height >> 8, height & 255, width >> 8, width & 255].map(UInt8.init)
      + [1, 1, 0x11, 0, 0xFF, 0xDA]
  }

  static func png(width: Int, height: Int, depth: UInt8 = 8, colors: UInt8 = 2, data: Int = 0) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + PNGChunk.header(width: width, height: height, depth: depth, colors: colors).bytes
      + PNGChunk("IDAT", [UInt8](repeating: 0, count: data)).bytes + PNGChunk("IEND", []).bytes
  }

  @Test func sizesAreCheckedFirst() throws {
    let (large, none) = (
      ImageError.tooLarge(width: 30000, height: 30000), ImageError.noPixels(width: 0, height: 5)
    )
    #expect(throws: large) { try Image(encoded: Self.jpeg(width: 30000, height: 30000)) }
    #expect(throws: large) { try Image(encoded: Self.png(width: 30000, height: 30000)) }
    #expect(throws: large) { try Image(encoded: Self.bytes("P6 30000 30000 255 ")) }
    #expect(throws: none) { try Image(encoded: Self.jpeg(width: 0, height: 5)) }
    #expect(throws: none) { try Image(encoded: Self.png(width: 0, height: 5)) }
    #expect(throws: none) { try Image(encoded: Self.bytes("P5 0 5 255 ")) }
    #expect(throws: ImageError.tooLarge(width: 0xFFFF_FFFF, height: 0xFFFF_FFFF)) {
      try Image(encoded: Self.png(width: 0xFFFF_FFFF, height: 0xFFFF_FFFF))
    }
    #expect(
      large.description
        == "the picture is 30000 pixels wide and 30000 high, more than 178956970 pixels in all;"
        + " make it smaller")
  }

  /// What a header claims must be possible in as many bytes, before memory is asked for.
  @Test func sizesFitTheBytes() throws {
    let jpeg =
      Self.jpeg(width: 13000, height: 13000) + [0, 8, 1, 1, 0, 0, 63, 0] + [UInt8](repeating: 0, count: 2000)
    let files = [
      jpeg, Self.png(width: 13000, height: 13000, data: 2000),
      Self.png(width: 13000, height: 13000, depth: 1, colors: 3, data: 2000),
    ]
    for (file, format) in zip(files, ["JPEG", "PNG", "PNG"]) {
      let error = try #require(throws: ImageError.self) { try Image(encoded: file) }
      guard case .damaged(format, let reason) = error else { Issue.record("\(error)"); continue }
      #expect(reason.hasPrefix("13000 by 13000 pixels cannot be in "))
    }
  }

  @Test func aWholePictureTakesAGibibyteAtMost() throws {
    let header = "P6 14000 12000 255 "
    let file = ScratchFile(Self.bytes(header), size: header.utf8.count + 14000 * 12000 * 3)
    defer { file.remove() }
    #expect(throws: ImageError.tooLargeAsAWhole(width: 14000, height: 12000)) { try Image(file: file.url) }
    let small = try Image(file: file.url, shorterSide: 3)
    #expect((small.width, small.height) == (4, 3) && small.pixels.allSatisfy { $0 == 0 })
  }

  @Test(.needsPNG) func longThinPicturesAreRead() throws {
    let long = Image(width: 30000, height: 8, channels: 1, filledWith: 0.2)
    #expect(try Image(encoded: [UInt8](long.png()), channels: 1) == long)
    #expect(throws: Never.self) {
      try Image(encoded: Self.bytes("P5 30000 8 255 ") + [UInt8](repeating: 1, count: 240_000))
    }
  }
}

/// A file that begins with some bytes and has zeros behind them, which take no room on most disks.
struct ScratchFile {
  let url = URL.temporaryDirectory.appending(path: UUID().uuidString)

  init(_ bytes: [UInt8], size: Int) {
    _ = FileManager.default.createFile(atPath: url.path, contents: Data(bytes))
    truncate(url.path, off_t(size))
  }

  func remove() { try? FileManager.default.removeItem(at: url) }
}
