import Foundation
import Recipes

/// Pictures of four shapes, each of any two colours, any size and anywhere: what they show is not in single pixels, so
/// that random weights recognise little.
enum Pictures {
  static let classes = ["disc", "ring", "square", "cross"]

  /// So many pictures to train on, and half as many to ask the nearest neighbours about.
  static func dataset(_ count: Int) throws -> Dataset {
    func pictures(_ range: Range<Int>) -> [Photograph] {
      range.map { number in
        Photograph(
          id: "\(number)", patient: "\(number)", label: number % classes.count, image: picture(number))
      }
    }
    return try Dataset(
      train: pictures(0..<count), validation: pictures(count..<count + count / 2), classes: classes,
      source: "shapes")
  }

  private static func picture(_ number: Int) -> Image {
    var generator = CounterGenerator(seed: 0, number)
    let side = 32
    let (x0, y0) = (generator.uniform(11...21), generator.uniform(11...21))
    let radius = generator.uniform(6...10)
    let colors = (0..<2).map { _ in (0..<3).map { _ in generator.uniform() } }
    var image = Image(width: side, height: side)
    for place in 0..<(side * side) {
      let (x, y) = (abs(Double(place % side) - x0) / radius, abs(Double(place / side) - y0) / radius)
      let isInside =
        switch classes[number % classes.count] {
        case "disc": hypot(x, y) < 1
        case "ring": (0.55..<1).contains(hypot(x, y))
        case "square": max(x, y) < 0.9
        default: min(x, y) < 0.3 && max(x, y) < 1
        }
      for channel in 0..<3 {
        let value = colors[isInside ? 1 : 0][channel] + 0.05 * generator.normal()
        image.pixels[place * 3 + channel] = Float(min(max(value, 0), 1))
      }
    }
    return image
  }
}
