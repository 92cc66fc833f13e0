import Recipes
import Testing

@Suite struct NetpbmTests {
  static let pixels: [UInt8] = [255, 0, 51, 102, 153, 204]

  private func file(_ header: String, _ pixels: [UInt8] = NetpbmTests.pixels) -> [UInt8] {
    Array(header.utf8) + pixels
  }

  @Test(arguments: [
    "P6\n2 1\n255\n", "P6 2\t1\r255 ", "P6\n# by hand\n2 # wide\n1\n255\n", "P6 0002 1 255\n",
  ])
  func readsEveryKindOfHeader(_ header: String) throws {
    let image = try Image(encoded: file(header))
    #expect((image.width, image.height, image.channels) == (2, 1, 3))
    #expect(image.pixels == [1, 0, 0.2, 0.4, 0.6, 0.8])
  }

  @Test func readsOtherMaximaAndTrailingBytes() throws {
    #expect(try Image(encoded: file("P6 1 1 51\n", [51, 0, 255, 7])).pixels == [1, 0, 1])
  }

  @Test func readsGreyAndTwoBytesAValue() throws {
    let gray = try Image(encoded: file("P5 2 3 255\n"), channels: 1)
    #expect((gray.width, gray.height, gray.channels) == (2, 3, 1))
    #expect(gray.pixels == [1, 0, 0.2, 0.4, 0.6, 0.8])
    #expect(try Image(encoded: file("P5 1 1 255\n", [51])).pixels == [0.2, 0.2, 0.2])
    let wide = try Image(encoded: file("P5 3 1 65535\n", [0xFF, 0xFF, 0x00, 0x01, 0x33, 0x33]), channels: 1)
    #expect(wide.pixels == [1, 1 / 65535, 0.2])
    #expect(try Image(encoded: file("P6 1 1 1000\n", [3, 0xE8, 0, 0, 1, 0xF4])).pixels == [1, 0, 0.5])
  }

  static let header = "its header does not give a width, a height and a largest value"

  @Test(arguments: [
    ("P6", header), ("P6 #", header), ("P6\n2 1", header), ("P6\n2 -1\n255\n", header),
    ("P6\n2 1\n255", header),
    ("P6\n12345678901 1\n255\n", header), ("P6x", header),
    ("P6\n2 1\n65536\n", "its largest value is 65536 where 1 to 65535 is possible"),
    ("P6\n2 1\n0\n", "its largest value is 0 where 1 to 65535 is possible"),
    ("P6\n2 2\n255\n", "2 by 2 pixels need 12 bytes, but 0 follow its header"),
    ("P6\n2 2\n256\n", "2 by 2 pixels need 24 bytes, but 0 follow its header"),
  ])
  func refuses(_ header: String, _ reason: String) throws {
    #expect(throws: ImageError.damaged(format: "PPM", reason: reason)) {
      try Image(encoded: file(header, []))
    }
  }

  @Test func refusesSizesBeyondNumbers() {
    #expect(throws: ImageError.tooLarge(width: 999_999_999, height: 999_999_999)) {
      try Image(encoded: file("P6\n999999999 999999999\n255\n", []))
    }
  }
}
