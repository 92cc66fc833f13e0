/// A quality measure of predictions, as a function of each sample's count.
///
/// A count of one for every sample gives the metric itself; the counts of a bootstrap sample of patients give
/// the metric of that resample, without building it.
public protocol Metric: Sendable {
  /// The number of samples.
  var count: Int { get }

  /// Returns the metric of a set in which sample `i` occurs `times[i]` times; nil if undefined.
  ///
  /// - Parameter times: How often each sample occurs, `[samples]`; 0 leaves it out.
  func value(counting times: [Int]) -> Double?
}

extension Metric {
  /// The metric of the original samples; nil if undefined.
  public var value: Double? { value(counting: [Int](repeating: 1, count: count)) }
}
