/// A metric of a branch, or a difference between two branches: its mean over repetitions of the training,
/// with a confidence interval.
public struct Score: Codable, Sendable, Equatable {
  /// The mean over repetitions and its 95 % interval from resampling patients; each resample is the same for
  /// all repetitions.
  public let interval: Interval
  /// The value of each repetition; nil if undefined.
  public let repetitions: [Double?]

  /// The mean over repetitions.
  public var value: Double { interval.value }

  /// The standard deviation over repetitions; nil for fewer than two.
  public var deviation: Double? {
    let values = repetitions.compactMap { $0 }
    guard values.count > 1, values.count == repetitions.count, let mean = mean(values) else { return nil }
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }
}
