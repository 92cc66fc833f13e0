import Ops

/// Random brightness, contrast, saturation and hue, in random order (SimCLR's color distortion without its
/// grayscale, which is `RandomGrayscale`).
///
/// Each of the first three draws a factor uniformly in [1 - x, 1 + x], not below 0, for its setting x; the
/// hue rotates by a fraction of the color circle uniform in [-x, x]. Values are clipped to [0, 1] after each.
/// Images without three channels keep their hue and saturation.
public struct ColorJitter: Augmentation {
  /// The largest deviation of the brightness factor from 1.
  public let brightness: Double
  /// The largest deviation of the contrast factor from 1.
  public let contrast: Double
  /// The largest deviation of the saturation factor from 1.
  public let saturation: Double
  /// The largest rotation of the hue, in turns of the color circle: 0.5 is the full range.
  public let hue: Double
  /// The probability of any change.
  public let probability: Double

  /// Creates SimCLR's distortion: 0.8 of `strength` for brightness, contrast and saturation, 0.2 of it for
  /// the hue. Strength 1 suits photographs of skin, 0.5 X-rays and small images.
  ///
  /// - Parameters:
  ///   - strength: The strength of the distortion; 0 changes nothing.
  ///   - probability: The probability of any change.
  public init(strength: Double, probability: Double = 0.8) {
    self.init(
      brightness: 0.8 * strength, contrast: 0.8 * strength, saturation: 0.8 * strength, hue: 0.2 * strength,
      probability: probability)
  }

  /// Creates a distortion with separate settings; 0 leaves a property unchanged.
  ///
  /// - Parameters:
  ///   - brightness: The largest deviation of the brightness factor from 1.
  ///   - contrast: The largest deviation of the contrast factor from 1.
  ///   - saturation: The largest deviation of the saturation factor from 1.
  ///   - hue: The largest rotation of the hue, in turns of the color circle: 0.5 is the full range.
  ///   - probability: The probability of any change.
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

  /// Returns the image with its colors changed, or unchanged.
  ///
  /// - Parameters:
  ///   - image: The photograph, `[H, W, C]`.
  ///   - size: Not used: the size stays.
  ///   - generator: The only source of random numbers.
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

  /// Returns the random adjustments of one image, in order.
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
