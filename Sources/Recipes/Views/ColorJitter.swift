import Ops

/// Random brightness, contrast, saturation and hue, in random order (SimCLR's color distortion without its
/// grayscale, which is `RandomGrayscale`).
///
/// Each of the first three draws a factor uniform in [1 - x, 1 + x], not below 0, for its setting x; the hue
/// turns by a share of the color circle uniform in [-x, x]. Values are clipped to [0, 1] after each. An
/// image that does not have three channels keeps its hue and saturation.
public struct ColorJitter: Augmentation {
  /// How far the factor of the brightness lies from 1 at most.
  public let brightness: Double
  /// How far the factor of the contrast lies from 1 at most.
  public let contrast: Double
  /// How far the factor of the saturation lies from 1 at most.
  public let saturation: Double
  /// How far the hue turns at most, in turns of the color circle: 0.5 is all of it.
  public let hue: Double
  /// The probability that the image is changed at all.
  public let probability: Double

  /// The distortion of SimCLR: 0.8 of `strength` for brightness, contrast and saturation, 0.2 of it for the
  /// hue. Strength 1 suits photographs of skin, 0.5 X-rays and small images.
  public init(strength: Double, probability: Double = 0.8) {
    self.init(
      brightness: 0.8 * strength, contrast: 0.8 * strength, saturation: 0.8 * strength, hue: 0.2 * strength,
      probability: probability)
  }

  /// A distortion with each setting of its own; 0 leaves that property alone.
  public init(
    brightness: Double, contrast: Double, saturation: Double, hue: Double, probability: Double = 0.8
  ) {
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
    self.hue = hue
    self.probability = probability
  }

  public var problems: [SettingProblem] {
    Check.number("brightness", brightness, atLeast: 0)
    Check.number("contrast", contrast, atLeast: 0)
    Check.number("saturation", saturation, atLeast: 0)
    Check.number("hue", hue, atLeast: 0, atMost: 0.5)
    Check.probability("probability", probability)
  }

  /// Every setting in one line.
  public var summary: String {
    "ColorJitter(brightness: \(brightness), contrast: \(contrast), saturation: \(saturation), hue: \(hue), "
      + "probability: \(probability))"
  }

  /// The image with its colors changed, or as it is.
  public func apply(to image: consuming Image, size: Int, using generator: inout CounterGenerator) -> Image {
    guard generator.chance(probability) else { return image }
    var result = consume image
    for adjustment in drawAdjustments(using: &generator) {
      switch adjustment {
      case .brightness(let factor): result.adjustBrightness(factor)
      case .contrast(let factor): result.adjustContrast(factor)
      case .saturation(let factor): result.adjustSaturation(factor)
      case .hue(let turns): result.adjustHue(turns: turns)
      }
    }
    return result
  }

  enum Adjustment: Equatable {
    case brightness(Float)
    case contrast(Float)
    case saturation(Float)
    case hue(turns: Float)
  }

  /// What to do to one image, in order.
  func drawAdjustments(using generator: inout CounterGenerator) -> [Adjustment] {
    var adjustments: [Adjustment] = []
    if brightness > 0 { adjustments.append(.brightness(drawFactor(brightness, using: &generator))) }
    if contrast > 0 { adjustments.append(.contrast(drawFactor(contrast, using: &generator))) }
    if saturation > 0 { adjustments.append(.saturation(drawFactor(saturation, using: &generator))) }
    if hue > 0 { adjustments.append(.hue(turns: Float(generator.uniform(-hue...hue)))) }
    adjustments.shuffle(using: &generator)
    return adjustments
  }

  private func drawFactor(_ width: Double, using generator: inout CounterGenerator) -> Float {
    Float(generator.uniform(max(0, 1 - width)...(1 + width)))
  }
}
