import Ops

/// Random conversion to grayscale. The three channels become equal; images without three channels are
/// unchanged.
public struct RandomGrayscale: Augmentation {
  /// The probability of the conversion.
  public let probability: Double

  /// Creates a conversion with the given probability.
  ///
  /// - Parameter probability: The probability of the conversion.
  public init(probability: Double = 0.2) {
    self.probability = probability
  }

  public var problems: [SettingProblem] { Check.probability("probability", probability) }

  /// Every setting in one line.
  public var summary: String { "RandomGrayscale(probability: \(probability))" }

  /// Returns the image in grayscale, or unchanged.
  ///
  /// - Parameters:
  ///   - image: The photograph, `[H, W, C]`.
  ///   - size: Not used: the size stays.
  ///   - generator: The only source of random numbers.
  public func apply(to image: consuming Image, size: Int, using generator: inout CounterGenerator) -> Image {
    guard generator.chance(probability) else { return image }
    var result = consume image
    result.convertToGrayscale()
    return result
  }
}
