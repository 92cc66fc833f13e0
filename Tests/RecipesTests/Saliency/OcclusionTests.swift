import Foundation
@testable import Recipes
import Testing

struct OcclusionTests {
  /// A class whose probability is the brightness of one corner.
  @Test func findsWhatTheProbabilityDependsOn() {
    var image = Image(width: 32, height: 32)
    for y in 0..<4 { for x in 28..<32 { for c in 0..<3 { image.pixels[(y * 32 + x) * 3 + c] = 1 } } }
    let occlusion = Occlusion(of: image) { images in
      images.map { image in
        (0..<4).reduce(0) { sum, y in sum + (28..<32).reduce(0) { $0 + image.pixels[(y * 32 + $1) * 3] } }
          / 16
      }
    }
    let mean: Float = 16 / 1024
    #expect(occlusion.drops.count == 64)
    #expect(abs(occlusion.largest - (1 - mean)) < 1e-5)
    #expect(occlusion.drops.firstIndex(of: occlusion.largest) == 7)
    #expect(occlusion.drops[8 * 4] == 0)
    #expect(occlusion.heat.values.pixels[7] == 1)
  }

  /// A patch has the mean color, a quarter of the side, and stays inside.
  @Test(arguments: [(16, 16), (30, 20), (5, 3), (1, 1)]) func coversAPatch(_ height: Int, _ width: Int) {
    let image = noise(height: height, width: width)
    for (row, column) in [(0, 0), (3, 4), (7, 7)] {
      let covered = image.covered(row: row, column: column)
      let changed = (0..<(height * width)).filter { covered.pixels[3 * $0] != image.pixels[3 * $0] }
      #expect(changed.count <= (height / 4 + 2) * (width / 4 + 2))
      #expect(height * width == 1 || !changed.isEmpty)
      for channel in 0..<3 {
        let values = stride(from: channel, to: image.pixels.count, by: 3).map { image.pixels[$0] }
        let mean = values.reduce(0, +) / Float(values.count)
        #expect(changed.allSatisfy { abs(covered.pixels[3 * $0 + channel] - mean) < 1e-5 })
      }
    }
  }
}
