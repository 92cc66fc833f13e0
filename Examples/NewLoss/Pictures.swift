import Foundation
import Recipes

/// Gray images of four patterns, at random angles, scales and lighting: no single pixel identifies a class,
/// so random weights perform poorly.
enum Pictures {
  static let classes = ["stripes", "checks", "dots", "waves"]

  /// Returns a dataset with the given number of training images, and half as many for validation.
  static func dataset(_ count: Int) throws -> Dataset {
    func pictures(_ range: Range<Int>) -> [Photograph] {
      range.map { number in
        Photograph(
          id: "\(number)", patient: "\(number)", label: number % classes.count, image: picture(number))
      }
    }
    return try Dataset(
      train: pictures(0..<count), validation: pictures(count..<count + count / 2), classes: classes,
      source: "patterns")
  }

  private static func picture(_ number: Int) -> Image {
    var generator = CounterGenerator(seed: 0, number)
    let side = 24
    let (angle, fineness) = (generator.uniform(0...Double.pi), generator.uniform(0.8...1.4))
    let (shift0, shift1) = (generator.uniform(0...6), generator.uniform(0...6))
    let (light, contrast) = (generator.uniform(0.3...0.7), generator.uniform(0.05...0.3))
    var image = Image(width: side, height: side)
    for place in 0..<(side * side) {
      let (x, y) = (Double(place % side), Double(place / side))
      let u = fineness * (x * cos(angle) + y * sin(angle)) + shift0
      let v = fineness * (y * cos(angle) - x * sin(angle)) + shift1
      let isOn =
        switch classes[number % classes.count] {
        case "stripes": sin(u) > 0
        case "checks": sin(u) * sin(v) > 0
        case "dots": sin(u) + sin(v) > 0.8
        default: sin(u + 2 * sin(v / 2)) > 0
        }
      for channel in 0..<3 {
        let value = light + (isOn ? contrast : -contrast) + 0.05 * generator.normal()
        image.pixels[place * 3 + channel] = Float(min(max(value, 0), 1))
      }
    }
    return image
  }
}
