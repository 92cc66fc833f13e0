import Foundation
import TestSupport
import Testing

@testable import Recipes

@Suite struct ThumbnailTests {
  /// A smooth picture, which a JPEG keeps well.
  private func gradient(height: Int, width: Int, channels: Int = 3) -> Image {
    var image = Image(width: width, height: height, channels: channels)
    for place in image.pixels.indices {
      let (pixel, channel) = (place / channels, place % channels)
      let (x, y) = (Float(pixel % width) / Float(width), Float(pixel / width) / Float(height))
      image.pixels[place] = [x, y, 0.5][channel]
    }
    return image
  }

  @Test(
    .needsThumbnails, arguments: [(100, 300, 32, 96), (300, 100, 96, 32), (20, 10, 20, 10), (1, 5000, 1, 96)])
  func keepsTheShape(_ height: Int, _ width: Int, _ smallHeight: Int, _ smallWidth: Int) throws {
    let thumbnail = try Thumbnail(Image(width: width, height: height), side: 96)
    #expect(thumbnail.height == smallHeight)
    #expect(thumbnail.width == smallWidth)
    let decoded = try Image(encoded: [UInt8](thumbnail.bytes))
    #expect(decoded.height == smallHeight)
    #expect(decoded.width == smallWidth)
  }

  @Test(.needsJPEG, arguments: [1, 3]) func isAJPEGOfTheSamePicture(_ channels: Int) throws {
    let image = gradient(height: 48, width: 64, channels: channels)
    let thumbnail = try Thumbnail(image, side: 64)
    #expect(thumbnail.type == "image/jpeg")
    #expect(thumbnail.bytes.count < 3000)
    let decoded = try Image(encoded: [UInt8](thumbnail.bytes), channels: channels)
    let largest = zip(decoded.pixels, image.pixels).map { abs($0 - $1) }.max()
    #expect(try #require(largest) < 0.06)
    #expect(try Thumbnail(image, side: 64) == thumbnail)
  }

  @Test func storesBytes() throws {
    let thumbnail = try Thumbnail(gradient(height: 30, width: 40), side: 96)
    let data = try JSONEncoder().encode([thumbnail])
    #expect(try JSONDecoder().decode([Thumbnail].self, from: data) == [thumbnail])
  }

  /// A file cannot put anything else than a small picture in a page.
  @Test(arguments: ["", "<script>alert(1)</script>", "GIF89a", "BM"]) func refusesOtherBytes(_ text: String) {
    let data = Data("[\"\(Data(text.utf8).base64EncodedString())\"]".utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Thumbnail].self, from: data) }
  }

  @Test func refusesLargePictures() throws {
    let bytes = try Image(width: 8200, height: 1).png().base64EncodedString()
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Thumbnail].self, from: Data("[\"\(bytes)\"]".utf8))
    }
  }

  @Test func refusesOtherChannels() {
    #expect(throws: UnsupportedChannels(channels: 2)) {
      try Thumbnail(noise(height: 3, width: 3, channels: 2), side: 96)
    }
  }

  @Test func isAnElement() throws {
    let html = try Thumbnail(Image(width: 2, height: 2), side: 96).img(alt: "a \"<b>\"").html
    #expect(html.hasPrefix("<img src=\"data:image/"))
    #expect(html.hasSuffix("width=\"2\" height=\"2\" alt=\"a &quot;&lt;b&gt;&quot;\">"))
  }
}
