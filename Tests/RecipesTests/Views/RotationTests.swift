import Testing

@testable import Recipes

@Suite struct RotationTests {
  /// Channels are written four at a time; each is that of an image of its own.
  @Test(arguments: [1, 2, 3, 4, 5, 8, 9], [(1, 1), (1, 7), (6, 1), (9, 11)])
  func turnsEveryChannelAlike(_ channels: Int, _ size: (height: Int, width: Int)) {
    let image = noise(height: size.height, width: size.width, channels: channels)
    let rotated = image.rotated(degrees: 33)
    for channel in 0..<channels {
      let plane = Image(
        width: size.width, height: size.height, channels: 1,
        pixels: stride(from: channel, to: image.pixels.count, by: channels).map { image.pixels[$0] })
      let own = stride(from: channel, to: rotated.pixels.count, by: channels).map { rotated.pixels[$0] }
      #expect(own == plane.rotated(degrees: 33).pixels)
    }
  }

  /// A quarter turn moves whole pixels, up to the rounding of the sine.
  @Test func aQuarterTurnMovesPixels() {
    let image = noise(height: 5, width: 5)
    let rotated = image.rotated(degrees: 90)
    for y in 0..<5 {
      for x in 0..<5 {
        for channel in 0..<3 {
          let expected = image.pixels[(x * 5 + 4 - y) * 3 + channel]
          #expect(abs(rotated.pixels[(y * 5 + x) * 3 + channel] - expected) < 1e-5)
        }
      }
    }
  }
}
