import Foundation
@testable import Recipes
import TestSupport
import Testing

/// What is kept of a photograph: its size, its pixels, and the memory that takes.
@Suite struct PreparationTests {
  @Test(
    arguments: [
      (40, 30, 12, 16, 12), (30, 40, 12, 12, 16), (9, 7, 12, 9, 7), (97, 12, 12, 96, 12), (1000, 1, 12, 8, 1),
      (1, 400_000, 12, 1, 8), (3, 400_000, 2, 2, 16), (8, 1, 12, 8, 1), (3, 25, 12, 3, 24),
      (24_000, 3, nil, 24, 3), (40, 30, nil, 40, 30),
    ] as [(Int, Int, Int?, Int, Int)])
  func sizes(_ width: Int, _ height: Int, _ side: Int?, keptWidth: Int, keptHeight: Int) {
    let preparation = Preparation(shorterSide: side)
    let image = preparation.image(of: noise(height: height, width: width))
    #expect((image.width, image.height) == (keptWidth, keptHeight))
    #expect(preparation.image(of: image) == image)
  }

  @Test(arguments: [nil, 5000]) func noMorePixelsAreKeptThanOfTheLargestView(_ side: Int?) {
    let preparation = Preparation(shorterSide: side)
    let image = preparation.image(of: Image(width: 9000, height: 4000, channels: 1, filledWith: 0.2))
    #expect(image.width * image.height <= 1 << 24 && image.width * image.height > 16_700_000)
    #expect(abs(Double(image.width) / Double(image.height) - 2.25) < 0.001)
    #expect(preparation.image(of: image) == image)
  }

  /// Rows that are read one by one give the bits of an image in memory.
  @Test(arguments: [1, 2, 3, 4], [(60, 45), (45, 60), (64, 17), (13, 200), (100, 99)])
  func reducingIsResizing(_ channels: Int, _ size: (width: Int, height: Int)) {
    let image = noise(height: size.height, width: size.width, channels: channels)
    for (height, width) in [(7, 9), (13, 13), (1, 1), (size.height, 3), (5, size.width)] {
      let box = PixelBox(top: 0, left: 0, height: size.height, width: size.width)
      #expect(image.reduced(box, height: height, width: width) == image.resized(height: height, width: width))
      let part = PixelBox(top: 0, left: 1, height: size.height - 2, width: size.width - 3)
      if height < part.height && width < part.width {
        #expect(
          image.reduced(part, height: height, width: width)
            == image.resized(part, height: height, width: width))
      }
    }
  }

  @Test(.needsJPEG, arguments: 1...8) func orientedRowsAreThoseOfTheUprightPicture(_ number: Int) throws {
    let bytes = try ImageFixture.bytes("orientation/\(number).jpg")
    let rows = try Image.encoded(bytes).decoded(atLeast: nil)
    let whole = try Image(encoded: bytes)
    for box in [
      PixelBox(top: 0, left: 0, height: whole.height, width: whole.width),
      PixelBox(top: 2, left: 3, height: 5, width: 4),
    ] {
      let part = rows.reduced(box, height: box.height, width: box.width)
      #expect(part == whole.resized(box, height: box.height, width: box.width))
    }
  }

  @Test(.needsPNG) func filesAndPicturesInMemoryAreKeptAlike() throws {
    let scratch = try ScratchFolder()
    let file = scratch.url.appending(path: "picture.png")
    try noise(height: 50, width: 70).png().write(to: file)
    let preparation = Preparation(shorterSide: 20)
    let kept = try preparation.image(of: file, channels: 3)
    #expect(try kept == preparation.image(of: Image(file: file)))
    #expect(try kept == Image(file: file, shorterSide: 20))
    #expect(kept.pixels.allSatisfy { ($0 * 255).rounded() / 255 == $0 })
    #expect(try preparation.image(of: file, channels: 1).channels == 1)
  }

  @Test(.needsJPEG, .needsPNG) func decodingIsForeseen() throws {
    let scratch = try ScratchFolder()
    let file = scratch.url.appending(path: "picture")
    func foreseen(_ bytes: [UInt8]) throws -> Int? {
      try Data(bytes).write(to: file)
      return Image.decodingBytes(of: file).map { $0 - bytes.count }
    }
    let jpeg = try ImageFixture.bytes("baseline-444.jpg")  // 21 by 15
    let plain = try #require(try foreseen(jpeg))
    #expect(plain >= 21 * 15 * 3 && plain < 300_000)
    // A header behind long descriptions.
    let segment = [0xFF, 0xE2, 0xFF, 0xFF] + [UInt8](repeating: 0xFF, count: 65533)
    #expect(try foreseen(jpeg[..<2] + segment + segment + jpeg[2...]) == plain)
    // All coefficients at once.
    #expect(try foreseen(ImageFixture.bytes("progressive.jpg")) ?? 0 > plain + 21 * 15 * 3)
    #expect(try foreseen(ImageFixture.bytes("rgba.png")) ?? 0 >= 21 * 15 * 4)
    #expect(try foreseen(Array("P5 2 1 255 ab".utf8)) == 0)
    for bytes in [
      [], Array("no picture".utf8), Array(jpeg.prefix(20)), Array("P6 20000 20000 255 ".utf8),
      ImageFormatTests.jpeg(width: 13000, height: 13000), ImageFormatTests.png(width: 13000, height: 13000),
    ] {
      #expect(try foreseen(bytes) == nil)
    }
    #expect(Image.decodingBytes(of: scratch.url.appending(path: "none")) == nil)
    #expect(Image.decodingBytes(of: scratch.url) == nil)
  }

  @Test(.needsJPEG) func aLargePictureIsForeseenAsItIsDecoded() throws {
    var header = ImageFormatTests.jpeg(width: 8000, height: 6000)
    header.removeLast(2)
    let file = ScratchFile(header + [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0], size: 2_000_000)
    defer { file.remove() }
    let (whole, small) = (
      Image.decodingBytes(of: file.url), Image.decodingBytes(of: file.url, shorterSide: 128)
    )
    #expect(whole ?? 0 > 48_000_000)
    #expect(small ?? 0 < 5_000_000)
  }
}
