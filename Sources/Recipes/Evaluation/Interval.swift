/// A value and its 95 % confidence interval.
///
/// Undefined numbers are NaN, and `null` in JSON: the value of an AUC if all samples have one class, the
/// bounds if all samples have one patient.
public struct Interval: Sendable, Equatable {
  /// The value on the original samples.
  public let value: Double
  /// The lower bound.
  public let low: Double
  /// The upper bound.
  public let high: Double

  /// Creates an interval of the given value and bounds.
  ///
  /// - Parameters:
  ///   - value: The value on the original samples.
  ///   - low: The lower bound.
  ///   - high: The upper bound.
  public init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }

  /// Creates the percentile interval of a metric's values on resamples.
  init(value: Double?, resampled: [Double]) {
    let sorted = resampled.sorted()
    self.init(value: value ?? .nan, low: sorted.percentile(0.025), high: sorted.percentile(0.975))
  }
}

extension Interval: Codable {
  private enum CodingKeys: CodingKey {
    case value, low, high
  }

  /// Decodes the interval, with `null` for undefined numbers.
  ///
  /// - Parameter decoder: The decoder to read from.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys) throws -> Double {
      try container.decode(Double?.self, forKey: key) ?? .nan
    }
    self.init(value: try number(.value), low: try number(.low), high: try number(.high))
  }

  /// Encodes the three numbers, with `null` for undefined ones.
  ///
  /// - Parameter encoder: The encoder to write to.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    for (key, number) in [(CodingKeys.value, value), (.low, low), (.high, high)] {
      try container.encode(number.isFinite ? number : nil, forKey: key)
    }
  }
}
