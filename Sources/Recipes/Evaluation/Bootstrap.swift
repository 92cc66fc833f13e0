/// A bootstrap over **patients** for confidence intervals (Efron 1979; Davison and Hinkley 1997, chapter 3).
///
/// Each sampled patient contributes all of their photographs: these are correlated, and an interval that
/// treats them as independent would be too narrow. The same seed gives the same resamples, for every metric
/// and any order of the samples.
public struct Bootstrap: Sendable {
  /// The seed of the resamples.
  public let seed: UInt64
  /// The number of resamples.
  public let resamples: Int

  /// Creates a bootstrap with the given number of resamples.
  ///
  /// - Parameters:
  ///   - seed: The seed of the resamples.
  ///   - resamples: The number of resamples.
  public init(seed: UInt64, resamples: Int = 1000) {
    contract(resamples > 0, "a bootstrap needs at least one resample")
    self.seed = seed
    self.resamples = resamples
  }

  /// Returns the 95 % percentile interval of a metric; `patients` has the patient of each sample.
  ///
  /// Resamples for which the metric is undefined are skipped. With one patient the bounds are NaN, as the
  /// variation between patients is unknown.
  ///
  /// - Parameters:
  ///   - metric: The metric.
  ///   - patients: The patient of each sample.
  public func interval(of metric: some Metric, patients: [String]) -> Interval {
    contract(patients.count == metric.count, "a bootstrap needs one patient per sample")
    let values = Resamples(self, patients: patients).map { metric.value(counting: $0) }
    return Interval(value: metric.value, resampled: values.compactMap { $0 })
  }

  /// Returns the paired difference of two branches in a metric, on the same resamples.
  ///
  /// For example `difference(of: micle, over: simclr) { TopAccuracy($0, k: 1) }`.
  ///
  /// - Parameters:
  ///   - first: The predictions of the first branch.
  ///   - second: The predictions of the second branch, on the same samples.
  ///   - metric: Returns the metric of a branch's predictions.
  /// - Throws: ``EvaluationError`` unless both have the same labels and patients in the same order.
  public func difference(
    of first: Predictions, over second: Predictions, in metric: (Predictions) -> any Metric
  ) throws(EvaluationError) -> Interval {
    try first.checkPaired(with: second)
    let difference = Difference(of: metric(first), over: metric(second))
    return interval(of: difference, patients: first.patients)
  }
}

/// The difference of two metrics on the same samples.
struct Difference: Metric {
  let of: any Metric
  let over: any Metric

  var count: Int { of.count }

  func value(counting times: [Int]) -> Double? {
    Difference.of(of.value(counting: times), over.value(counting: times))
  }

  /// Returns the difference of two values; nil if one is undefined.
  static func of(_ first: Double?, _ second: Double?) -> Double? {
    guard let first, let second else { return nil }
    return first - second
  }
}

extension Predictions {
  /// Checks that both have the same labels and patients in the same order.
  ///
  /// - Throws: ``EvaluationError``.
  func checkPaired(with other: Predictions) throws(EvaluationError) {
    let sizes = ([count, classes], [other.count, other.classes])
    guard sizes.0 == sizes.1 else { throw .differentSizes(of: sizes.0, over: sizes.1) }
    let unpaired = labels.indices.first {
      labels[$0] != other.labels[$0] || patients[$0] != other.patients[$0]
    }
    if let unpaired { throw .notPaired(sample: unpaired) }
  }
}
