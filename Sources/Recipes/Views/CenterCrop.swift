import Ops

/// The middle of the image, resized to the size of the view: what a trained network is evaluated on.
///
/// The image is resized so that the crop covers `fraction` of its shorter side, then cropped to a square. It
/// draws no random numbers.
public struct CenterCrop: Augmentation {
  /// The side of the crop, as a share of the shorter side of the image.
  public let fraction: Double

  /// The middle `fraction` of the image's shorter side, in both directions.
  public init(fraction: Double = 0.875) {
    self.fraction = fraction
  }

  public var problems: [SettingProblem] { Check.number("fraction", fraction, atLeast: 0.01, atMost: 1) }

  /// Every setting in one line.
  public var summary: String { "CenterCrop(fraction: \(fraction))" }

  /// The middle of the image as `[size, size, C]`.
  public func apply(to image: Image, size: Int, using generator: inout CounterGenerator) -> Image {
    image.centerCropped(to: size, fraction: fraction)
  }
}

extension Image {
  /// The middle of the image as `[size, size, C]`: resized so that the square covers `fraction` of the
  /// shorter side, then cropped.
  public func centerCropped(to size: Int, fraction: Double) -> Image {
    contract(size > 0 && fraction > 0, "There is no middle of \(size) pixels and a share of \(fraction).")
    let short = max(size, Int((Double(size) / fraction).rounded(.toNearestOrEven)))
    let resized =
      width <= height
      ? resized(height: short * height / width, width: short)
      : resized(height: short, width: short * width / height)
    let top = Int((Double(resized.height - size) / 2).rounded(.toNearestOrEven))
    let left = Int((Double(resized.width - size) / 2).rounded(.toNearestOrEven))
    return resized.resized(
      PixelBox(top: top, left: left, height: size, width: size), height: size, width: size)
  }
}
