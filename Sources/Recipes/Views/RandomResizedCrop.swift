import Foundation
import Ops

/// A random crop of the image, resized to the size of the view (Szegedy et al. 2014; the crop of SimCLR).
///
/// The area is uniform in `area`, as a fraction of the image, and the aspect ratio log-uniform in `aspect`. A
/// rectangle that does not fit is redrawn; after ten tries the largest centered rectangle of an allowed
/// aspect is used. The crop is resized with antialiasing.
public struct RandomResizedCrop: Augmentation {
  /// The area of the crop, as a fraction of the image's.
  public let area: Bounds
  /// The width of the crop divided by its height.
  public let aspect: Bounds

  /// The interpolation for resizing.
  public let interpolation: Interpolation

  /// Creates a crop with the given ranges of area and aspect ratio.
  ///
  /// - Parameters:
  ///   - area: The area of the crop, as a fraction of the image's.
  ///   - aspect: The width of the crop divided by its height.
  ///   - interpolation: The interpolation for resizing.
  public init(
    area: Bounds = 0.08...1, aspect: Bounds = (3.0 / 4)...(4.0 / 3),
    interpolation: Interpolation = .bilinear
  ) {
    self.area = area
    self.aspect = aspect
    self.interpolation = interpolation
  }

  public var problems: [SettingProblem] {
    Check.bounds("area", area, above: 0, atMost: 1)
    Check.bounds("aspect", aspect, atLeast: 0.01, atMost: 100)
  }

  /// Every setting in one line.
  public var summary: String {
    "RandomResizedCrop(area: \(area), aspect: \(aspect), interpolation: \(interpolation))"
  }

  /// Returns a random crop of the image as `[size, size, C]`.
  ///
  /// - Parameters:
  ///   - image: The photograph, `[H, W, C]`.
  ///   - size: The side of the crop in pixels.
  ///   - generator: The only source of random numbers.
  public func apply(to image: Image, size: Int, using generator: inout CounterGenerator) -> Image {
    let box = drawBox(height: image.height, width: image.width, using: &generator)
    return image.resized(box, height: size, width: size, interpolation: interpolation)
  }

  /// Returns the random rectangle for an image of the given size.
  func drawBox(height: Int, width: Int, using generator: inout CounterGenerator) -> PixelBox {
    for _ in 0..<10 {
      let target = Double(height * width) * generator.uniform(area)
      let ratio = exp(generator.uniform(log(aspect.lower)...log(aspect.upper)))
      let boxWidth = Int((target * ratio).squareRoot().rounded(.toNearestOrEven))
      let boxHeight = Int((target / ratio).squareRoot().rounded(.toNearestOrEven))
      guard (1...width).contains(boxWidth), (1...height).contains(boxHeight) else { continue }
      return PixelBox(
        top: Int.random(in: 0...(height - boxHeight), using: &generator),
        left: Int.random(in: 0...(width - boxWidth), using: &generator),
        height: boxHeight, width: boxWidth)
    }
    return centeredBox(height: height, width: width)
  }

  /// Returns the largest centered rectangle with an allowed aspect.
  private func centeredBox(height: Int, width: Int) -> PixelBox {
    let ratio = Double(width) / Double(height)
    var box = PixelBox(top: 0, left: 0, height: height, width: width)
    if ratio < aspect.lower {
      box.height = max(1, Int((Double(width) / aspect.lower).rounded(.toNearestOrEven)))
    } else if ratio > aspect.upper {
      box.width = max(1, Int((Double(height) * aspect.upper).rounded(.toNearestOrEven)))
    }
    box.top = (height - box.height) / 2
    box.left = (width - box.width) / 2
    return box
  }
}
