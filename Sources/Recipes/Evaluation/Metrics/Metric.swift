/// A number that says how good predictions are, as a function of how often each sample counts.
///
/// Counting every sample once gives the metric itself; counting it as often as its patient was drawn gives
/// the metric of a resample, without building the resample.
public protocol Metric: Sendable {
  /// The number of samples.
  var count: Int { get }

  /// The metric of a set in which sample `i` occurs `times[i]` times; `nil` where it is not defined.
  func value(counting times: [Int]) -> Double?
}

extension Metric {
  /// The metric of the samples as they are; `nil` where it is not defined.
  public var value: Double? { value(counting: [Int](repeating: 1, count: count)) }
}
