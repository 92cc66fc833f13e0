import Foundation
@testable import Recipes
import TestSupport
import Testing

/// Every kind of file against Pillow's pixels.
@Suite struct ImageFileTests {
  /// Pillow and the decoder here may be different versions of libjpeg-turbo.
  @Test(.needsJPEG, arguments: try ImageFixture.load().filter(\.isJPEG))
  func readsJPEG(_ fixture: ImageFixture) throws { try compare(fixture, tolerance: 2) }

  @Test(.needsPNG, arguments: try ImageFixture.load().filter { !$0.isJPEG })
  func readsPNG(_ fixture: ImageFixture) throws { try compare(fixture, tolerance: 0) }

  private func compare(_ fixture: ImageFixture, tolerance: Float) throws {
    let image = try Image(file: ImageFixture.url(fixture.name), channels: fixture.channels)
    #expect((image.width, image.height, image.channels) == (fixture.width, fixture.height, fixture.channels))
    try #require(image.pixels.count == fixture.pixels.count)
    let largest = zip(image.pixels, fixture.pixels).map { abs($0 - Float($1) / 255) }.max() ?? .infinity
    #expect(largest <= tolerance / 255)
  }

  @Test(.needsPNG) func everyPictureBecomesGreyOrColor() throws {
    for fixture in try ImageFixture.load() where !fixture.isJPEG {
      let bytes = try ImageFixture.bytes(fixture.name)
      let color = try Image(encoded: bytes)
      let gray = try Image(encoded: bytes, channels: 1)
      #expect((color.channels, gray.channels) == (3, 1))
      for pixel in 0..<(fixture.width * fixture.height) {
        let values = (0..<3).map { channel in
          let place = pixel * fixture.channels + (fixture.channels < 3 ? 0 : channel)
          return Float(fixture.pixels[place]) / 255
        }
        #expect(Array(color.pixels[(3 * pixel)..<(3 * pixel + 3)]) == values)
        let luma =
          fixture.channels < 3 ? values[0] : 0.2989 * values[0] + 0.587 * values[1] + 0.114 * values[2]
        #expect(abs(gray.pixels[pixel] - luma) < 1e-6)
      }
    }
  }

  @Test(
    .needsPNG, arguments: [("rgb.png", 4, 3), ("grey.png", 2, 1), ("rgba.png", 2, 4), ("rgba.png", 0, 4)])
  func otherNumbersOfChannelsAreThoseOfTheFile(_ name: String, asked: Int, found: Int) throws {
    let bytes = try ImageFixture.bytes(name)
    #expect(throws: ImageError.wrongChannels(asked: asked, found: found)) {
      try Image(encoded: bytes, channels: asked)
    }
  }

  @Test(.needsPNG) func theNameOfAFileDoesNotMatter() throws {
    let file = URL.temporaryDirectory.appending(path: "\(UUID().uuidString).jpg")
    defer { try? FileManager.default.removeItem(at: file) }
    try FileManager.default.copyItem(at: ImageFixture.url("rgb.png"), to: file)
    #expect(try Image(file: file) == Image(file: ImageFixture.url("rgb.png")))
  }

  @Test func whatIsNoFileIsAnError() throws {
    #expect(
      throws: ImageError.unreadable(file: "/nowhere/picture.jpg", reason: "No such file or directory")
    ) { try Image(file: URL(filePath: "/nowhere/picture.jpg")) }
    #expect(throws: ImageError.unreadable(file: "/dev/zero", reason: "it is no file")) {
      try Image(file: URL(filePath: "/dev/zero"))
    }
  }

  /// The first value of a block's transform is its mean: a picture at an eighth of its size is these.
  @Test(.needsJPEG) func decodesLargePicturesSmaller() throws {
    let bytes = try ImageFixture.bytes("baseline-444.jpg")
    func decoded(_ bytes: [UInt8], atLeast side: Int) throws -> Image {
      let rows = try Image.encoded(bytes).decoded(atLeast: side)
      let bounds = PixelBox(top: 0, left: 0, height: rows.height, width: rows.width)
      return rows.reduced(bounds, height: rows.height, width: rows.width)
    }
    let whole = try Image(encoded: bytes)
    #expect(try decoded(bytes, atLeast: 15) == whole)
    #expect(try decoded(bytes, atLeast: 8) == whole)
    for (side, width, height) in [
      (7, 11, 7), (5, 11, 7), (4, 6, 4), (3, 6, 4), (2, 3, 2), (0, 3, 2), (-1, 3, 2),
    ] {
      let small = try decoded(bytes, atLeast: side)
      #expect((small.width, small.height) == (width, height))
    }
    let eighth = try decoded(bytes, atLeast: 2)
    for channel in 0..<3 {
      var sum: Float = 0
      for row in 0..<8 { for column in 0..<8 { sum += whole.pixels[(row * 21 + column) * 3 + channel] } }
      #expect(abs(eighth.pixels[channel] - sum / 64) < 2 / 255)
    }
    let turned = try decoded(ImageFixture.bytes("orientation/6.jpg"), atLeast: 4)
    #expect((turned.width, turned.height) == (4, 6))
  }
}
