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
  public init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }

  /// Creates the percentile interval of a metric's values on resamples.
  init(value: Double?, resampled: [Double]) {
    let sorted = resampled.sorted()
    func percentile(_ fraction: Double) -> Double {
      guard !sorted.isEmpty else { return .nan }
      let position = fraction * Double(sorted.count - 1)
      let below = Int(position)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
    self.init(value: value ?? .nan, low: percentile(0.025), high: percentile(0.975))
  }
}

extension Interval: Codable {
  private enum CodingKeys: CodingKey {
    case value, low, high
  }

  /// Decodes the interval, with `null` for undefined numbers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys) throws -> Double {
      try container.decode(Double?.self, forKey: key) ?? .nan
    }
    self.init(value: try number(.value), low: try number(.low), high: try number(.high))
  }

  /// Encodes the three numbers, with `null` for undefined ones.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    for (key, number) in [(CodingKeys.value, value), (.low, low), (.high, high)] {
      try container.encode(number.isFinite ? number : nil, forKey: key)
    }
  }
}
