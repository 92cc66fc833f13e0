/// A metric of a branch, or a difference between two: its mean over repetitions of the training, with an
/// interval.
public struct Score: Codable, Sendable, Equatable {
  /// The mean over repetitions and its 95 % interval from resampling patients, who are the same in all
  /// repetitions.
  public let interval: Interval
  /// The value of each repetition; `nil` where it is not defined.
  public let repetitions: [Double?]

  /// The mean over repetitions.
  public var value: Double { interval.value }

  /// The standard deviation over repetitions, which other random numbers cause; `nil` for fewer than two.
  public var deviation: Double? {
    let values = repetitions.compactMap { $0 }
    guard values.count > 1, values.count == repetitions.count, let mean = mean(values) else { return nil }
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }
}
