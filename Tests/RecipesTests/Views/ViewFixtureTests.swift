import Foundation
@testable import Recipes
import Testing

/// Every deterministic part of the augmentations against torchvision's pixels
/// (Fixtures/make_view_fixtures.py).
@Suite struct ViewFixtureTests {
  @Test func everyOperationHasACase() throws {
    let operations = Set(try ViewFixture.load().cases.map(\.operation))
    #expect(
      operations == [
        "resize", "crop", "bicubic resize", "bicubic crop", "center", "flip", "brightness", "contrast",
        "saturation", "hue", "grey", "blur", "rotate",
      ])
  }

  @Test(arguments: try ViewFixture.load().cases) func matchesTorchvision(_ fixture: ViewFixture.Case) throws {
    let images = try ViewFixture.load().images
    let input = try #require(images[fixture.image]).image
    let expected = fixture.expected.image
    let actual = try fixture.apply(to: input)
    #expect(actual.height == expected.height)
    #expect(actual.width == expected.width)
    #expect(actual.channels == expected.channels)
    let largest = zip(actual.pixels, expected.pixels).map { abs($0 - $1) }.max() ?? .infinity
    #expect(largest < (fixture.operation == "hue" ? 1e-4 : 1e-5))
  }
}

/// The contents of Fixtures/views.json.
struct ViewFixture: Decodable {
  struct Pixels: Decodable {
    let height: Int
    let width: Int
    let channels: Int
    let pixels: [Float]

    var image: Image { Image(width: width, height: height, channels: channels, pixels: pixels) }
  }

  struct Case: Decodable, CustomTestStringConvertible {
    let operation: String
    let image: String
    let arguments: [Double]
    let expected: Pixels

    var testDescription: String { "\(operation) of \(image), \(arguments)" }
  }

  struct UnknownOperation: Error {
    let name: String
  }

  let images: [String: Pixels]
  let cases: [Case]

  static func load() throws -> ViewFixture {
    let url = try #require(
      Bundle.module.url(forResource: "views", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(ViewFixture.self, from: Data(contentsOf: url))
  }
}

extension ViewFixture.Case {
  private var interpolation: Interpolation { operation.hasPrefix("bicubic") ? .bicubic : .bilinear }

  /// What this package makes of the image.
  func apply(to input: Image) throws -> Image {
    var image = input
    let integers = arguments.map { Int($0) }
    switch operation {
    case "resize", "bicubic resize":
      return image.resized(height: integers[0], width: integers[1], interpolation: interpolation)
    case "crop", "bicubic crop":
      let part = PixelBox(top: integers[0], left: integers[1], height: integers[2], width: integers[3])
      return image.resized(part, height: integers[4], width: integers[4], interpolation: interpolation)
    case "center": return image.centerCropped(to: integers[0], fraction: arguments[1])
    case "flip": return image.flipped(horizontally: integers[0] == 1, vertically: integers[1] == 1)
    case "brightness": image.adjustBrightness(Float(arguments[0]))
    case "contrast": image.adjustContrast(Float(arguments[0]))
    case "saturation": image.adjustSaturation(Float(arguments[0]))
    case "hue": image.adjustHue(turns: Float(arguments[0]))
    case "grey": image.convertToGrayscale()
    case "blur": return image.blurred(kernel: integers[0], sigma: arguments[1])
    case "rotate": return image.rotated(degrees: arguments[0])
    default: throw ViewFixture.UnknownOperation(name: operation)
    }
    return image
  }
}
