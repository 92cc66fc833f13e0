import Ops

/// A center crop, resized to the size of the view; used for evaluation.
///
/// The image is resized so that the crop covers `fraction` of its shorter side, then cropped to a square. It
/// draws no random numbers.
public struct CenterCrop: Augmentation {
  /// The side of the crop, as a fraction of the image's shorter side.
  public let fraction: Double

  /// Creates a center crop of `fraction` of the image's shorter side.
  ///
  /// - Parameter fraction: The part of the shorter side that the crop covers, from 0 to 1.
  public init(fraction: Double = 0.875) {
    self.fraction = fraction
  }

  public var problems: [SettingProblem] { Check.number("fraction", fraction, atLeast: 0.01, atMost: 1) }

  /// Every setting in one line.
  public var summary: String { "CenterCrop(fraction: \(fraction))" }

  /// Returns the center crop as `[size, size, C]`.
  ///
  /// - Parameters:
  ///   - image: The photograph, `[H, W, C]`.
  ///   - size: The side of the crop in pixels.
  ///   - generator: Not used: the crop is always the same.
  public func apply(to image: Image, size: Int, using generator: inout CounterGenerator) -> Image {
    image.centerCropped(to: size, fraction: fraction)
  }
}

extension Image {
  /// Returns the center of the image as `[size, size, C]`, as if it were resized so that the square covers
  /// `fraction` of the shorter side, then cropped. Only the crop is computed.
  ///
  /// - Parameters:
  ///   - size: The side of the crop in pixels.
  ///   - fraction: The part of the shorter side that the crop covers, from 0 to 1.
  public func centerCropped(to size: Int, fraction: Double) -> Image {
    contract(size > 0 && fraction > 0, "There is no middle of \(size) pixels and a share of \(fraction).")
    let short = max(size, Int((Double(size) / fraction).rounded(.toNearestOrEven)))
    let (height, width) =
      self.width <= self.height
      ? (short * self.height / self.width, short) : (short, short * self.width / self.height)
    let middle = PixelBox(
      top: Int((Double(height - size) / 2).rounded(.toNearestOrEven)),
      left: Int((Double(width - size) / 2).rounded(.toNearestOrEven)), height: size, width: size)
    return resized(bounds, height: height, width: width, keeping: middle)
  }
}
