@testable import Recipes
import Testing

/// Blocks of vectors that overlap at the end give what adding one by one gives.
@Suite struct WeightedSumTests {
  @Test(arguments: 0..<140) func addsEveryElement(_ count: Int) {
    let source = noise(height: 1, width: 200, channels: 1).pixels
    let offsets = [0, 17, 3, 60]
    let weights: [Float] = [0.5, -0.25, 0.125, 2]
    var result = [Float](repeating: -1, count: count + 1)
    result.withUnsafeMutableBufferPointer { result in
      source.withUnsafeBufferPointer { source in
        offsets.withUnsafeBufferPointer { offsets in
          weights.withUnsafeBufferPointer { weights in
            weightedSum(
              of: source, offsets: offsets, weights: weights,
              into: UnsafeMutableBufferPointer(rebasing: result[..<count]))
          }
        }
      }
    }
    let expected = (0..<count).map { i in
      zip(offsets, weights).reduce(0 as Float) { $0 + $1.1 * source[$1.0 + i] }
    }
    #expect(Array(result.dropLast()) == expected)
    #expect(result[count] == -1)
  }

  @Test(arguments: [1, 2, 3, 5, 16, 33, 50], [1, 3, 4])
  func flipsMirrorEveryPixel(_ width: Int, _ channels: Int) {
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
