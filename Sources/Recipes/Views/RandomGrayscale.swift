import Ops

/// Takes the color out of the image, with a probability. The channels stay three, all equal; an image that
/// does not have three channels stays as it is.
public struct RandomGrayscale: Augmentation {
  /// The probability that the color goes.
  public let probability: Double

  /// Grayscale with the given probability.
  public init(probability: Double = 0.2) {
    self.probability = probability
  }

  public var problems: [SettingProblem] { Check.probability("probability", probability) }

  /// Every setting in one line.
  public var summary: String { "RandomGrayscale(probability: \(probability))" }

  /// The image without its color, or as it is.
  public func apply(to image: consuming Image, size: Int, using generator: inout CounterGenerator) -> Image {
    guard generator.chance(probability) else { return image }
    var result = consume image
    result.convertToGrayscale()
    return result
  }
}
