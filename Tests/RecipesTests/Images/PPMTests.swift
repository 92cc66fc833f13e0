import Foundation
import Recipes
import Testing

@Suite struct PPMTests {
  static let pixels: [UInt8] = [255, 0, 51, 102, 153, 204]

  private func file(_ header: String, _ pixels: [UInt8] = PPMTests.pixels) -> Data {
    Data(header.utf8) + pixels
  }

  @Test(arguments: [
    "P6\n2 1\n255\n", "P6 2\t1\r255 ", "P6\n# by hand\n2 # wide\n1\n255\n", "P6 0002 1 255\n",
  ])
  func readsEveryKindOfHeader(_ header: String) throws {
    let image = try Image(ppm: file(header))
    #expect((image.width, image.height, image.channels) == (2, 1, 3))
    #expect(image.pixels == [1, 0, 0.2, 0.4, 0.6, 0.8])
  }

  @Test func readsSlicesOtherMaximaAndTrailingBytes() throws {
    let whole = Data([1, 2, 3]) + file("P6 1 1 51\n", [51, 0, 255, 7])
    let image = try Image(ppm: whole.dropFirst(3))
    #expect(image.pixels == [1, 0, 1])
  }

  @Test(arguments: [
    ("", PPMError.noBinaryPPM), ("P3\n2 1\n255\n", .noBinaryPPM), ("P6", .brokenHeader),
    ("P6 #", .brokenHeader), ("P6\n2 1", .brokenHeader), ("P6\n2 -1\n255\n", .brokenHeader),
    ("P6\n2 1\n255", .brokenHeader),
    ("P6\n12345678901 1\n255\n", .brokenHeader), ("P6\n2 1\n65535\n", .wrongMaximum(65535)),
    ("P6\n2 1\n0\n", .wrongMaximum(0)), ("P6\n0 1\n255\n", .noPixels(width: 0, height: 1)),
    ("P6\n2 2\n255\n", .tooShort(width: 2, height: 2, bytes: 0)),
    ("P6\n999999999 999999999\n255\n", .tooShort(width: 999_999_999, height: 999_999_999, bytes: 0)),
  ])
  func refuses(_ header: String, _ expected: PPMError) throws {
    let error = try #require(throws: PPMError.self) { try Image(ppm: Data(header.utf8)) }
    #expect(error == expected)
  }

  @Test func refusalsAreSentences() {
    #expect(
      PPMError.tooShort(width: 2, height: 3, bytes: 4).description
        == "2 by 3 pixels need three bytes each, but 4 follow its header; write the file again")
    #expect(
      PPMError.wrongMaximum(65535).description
        == "its largest value is 65535 where 1 to 255 can be read; convert it to 8 bits a channel")
  }

  @Test func aMissingFileIsAnError() {
    #expect(throws: FileError.self) { try Image(ppmFile: URL(filePath: "/nowhere/picture.ppm")) }
  }

  @Test func survivesEveryTruncation() throws {
    let whole = file("P6\n# c\n2 1\n255\n")
    for length in 0..<whole.count {
      #expect(throws: PPMError.self) { try Image(ppm: whole.prefix(length)) }
    }
    _ = try Image(ppm: whole)
  }
}
