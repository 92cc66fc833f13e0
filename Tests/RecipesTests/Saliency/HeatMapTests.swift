import Foundation
@testable import Recipes
import Testing

struct HeatMapTests {
  @Test func isScaledByTheLargest() {
    let heat = HeatMap([0.5, -1, 0.25, 0], height: 2, width: 2)
    #expect(heat.values.pixels == [1, 0, 0.5, 0])
    #expect(HeatMap([0, -3, 0, .nan], height: 2, width: 2).values.pixels == [0, 0, 0, 0])
  }

  /// Where there is nothing, the image is as it was.
  @Test func liesOverTheImage() {
    let image = noise(height: 8, width: 8)
    #expect(
      HeatMap([Float](repeating: 0, count: 4), height: 2, width: 2).overlay(on: image, side: 8) == image)
    let left = HeatMap([1, 0, 1, 0], height: 2, width: 2).overlay(on: image, side: 8)
    for y in 0..<8 {
      #expect(left.pixels[(y * 8 + 7) * 3] == image.pixels[(y * 8 + 7) * 3])
      // The largest value is yellow.
      #expect(left.pixels[y * 8 * 3 + 2] < 0.3 * image.pixels[y * 8 * 3 + 2] + 0.11)
    }
    let gray = HeatMap([1, 0, 1, 0], height: 2, width: 2).overlay(
      on: noise(height: 8, width: 8, channels: 1), side: 20)
    #expect(gray.width == 24 && gray.height == 24 && gray.channels == 3)
  }

  /// Between the centers values are linear, beyond them they are held.
  @Test func isLinearBetweenTheCenters() {
    let centers = CellCenters.Axis(start: 2, jump: 8)
    var places = CellCenters(rows: 1, columns: 2, height: 1, width: 16)
    places.width = centers
    let heat = HeatMap([0.25, 1], height: 1, width: 2, at: places)
    for scale in [1, 3] {
      let image = heat.enlarged(toImageOf: 1, by: 16, scale: scale)
      #expect(image.width == 16 * scale && image.height == scale)
      for pixel in 0..<(16 * scale) {
        let place = (Float(pixel) + 0.5) / Float(scale) - 0.5
        let expected = 0.25 + 0.75 * min(max((place - 2) / 8, 0), 1)
        #expect(abs(image.pixels[pixel] - expected) < 1e-6)
      }
    }
  }

  /// Equal parts are enlarged as images are.
  @Test(arguments: [(2, 2), (8, 8), (3, 5), (1, 1)]) func enlargesPartsAsAnImage(_ rows: Int, _ columns: Int)
  {
    let noise = noise(height: rows, width: columns, channels: 1)
    let heat = HeatMap(noise.pixels, height: rows, width: columns)
    let own = heat.enlarged(toImageOf: 40, by: 30, scale: 2)
    let resized = heat.values.resized(height: 80, width: 60)
    #expect(zip(own.pixels, resized.pixels).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(own.pixels.count == resized.pixels.count)
  }

  @Test func colorsAreViridis() {
    let anchors: [(value: Float, color: SIMD3<Float>)] = [
      (0, SIMD3(68, 1, 84)), (0.5, SIMD3(33, 145, 140)), (1, SIMD3(253, 231, 37)),
    ]
    for (value, color) in anchors {
      let own = HeatMap.color(value) * 255
      let offset = own - color
      #expect((offset * offset).sum() < 1e-6)
    }
    // Its lightness increases throughout.
    let lightness = (0...100).map { place in
      let color = HeatMap.color(Float(place) / 100)
      return 0.2126 * color.x + 0.7152 * color.y + 0.0722 * color.z
    }
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 < $1 })
  }
}
