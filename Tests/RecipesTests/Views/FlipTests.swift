import Testing

@testable import Recipes

@Suite struct FlipTests {
  @Test(arguments: [1, 2, 3, 5, 16, 33, 50], [1, 3, 4])
  func mirrorsEveryPixel(_ width: Int, _ channels: Int) {
    let image = noise(height: 3, width: width, channels: channels)
    let flipped = image.flipped(horizontally: true, vertically: true)
    let expected = (0..<3).flatMap { y in
      (0..<width).flatMap { x in
        let start = ((2 - y) * width + width - 1 - x) * channels
        return image.pixels[start..<(start + channels)]
      }
    }
    #expect(flipped.pixels == expected)
  }
}
