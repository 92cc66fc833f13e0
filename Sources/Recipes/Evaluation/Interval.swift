/// A value and the 95 % interval around it.
///
/// What is not defined is not a number, and `null` in JSON: the value of an AUC where all samples are of one
/// class, the bounds where all samples are of one patient.
public struct Interval: Sendable, Equatable {
  /// The value on the samples as they are.
  public let value: Double
  /// The lower bound.
  public let low: Double
  /// The upper bound.
  public let high: Double

  /// An interval of the given value and bounds.
  public init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }

  /// The percentile interval of the values that a metric took on resamples.
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

  /// An interval as JSON has it, `null` for what is not defined.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys) throws -> Double {
      try container.decode(Double?.self, forKey: key) ?? .nan
    }
    self.init(value: try number(.value), low: try number(.low), high: try number(.high))
  }

  /// Writes the three numbers, `null` for what is not defined.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    for (key, number) in [(CodingKeys.value, value), (.low, low), (.high, high)] {
      try container.encode(number.isFinite ? number : nil, forKey: key)
    }
  }
}
