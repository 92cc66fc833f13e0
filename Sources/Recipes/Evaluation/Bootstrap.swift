import Ops

/// Intervals from resampling **patients** with replacement (Efron 1979; Davison and Hinkley 1997, chapter 3).
///
/// A drawn patient brings all of their photographs: photographs of one patient resemble each other, and an
/// interval that took them for independent would be too narrow. The same seed gives the same resamples,
/// whatever the metric and whatever the order of the samples.
public struct Bootstrap: Sendable {
  /// What the draws are keyed by.
  public let seed: UInt64
  /// How often patients are drawn anew.
  public let resamples: Int

  /// A bootstrap of so many resamples.
  public init(seed: UInt64, resamples: Int = 1000) {
    contract(resamples > 0, "a bootstrap needs at least one resample")
    self.seed = seed
    self.resamples = resamples
  }

  /// The 95 % percentile interval of a metric; `patients` says whose each of its samples is.
  ///
  /// Resamples in which the metric is not defined are left out. One patient says nothing about how patients
  /// differ: the bounds are then not numbers.
  public func interval(of metric: some Metric, patients: [String]) -> Interval {
    contract(patients.count == metric.count, "a bootstrap needs one patient per sample")
    let names = Set(patients).sorted()
    guard names.count > 1 else { return Interval(value: metric.value, resampled: []) }
    let indices = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    let owners = patients.compactMap { indices[$0] }

    var drawn = [Int](repeating: 0, count: names.count)
    var times = [Int](repeating: 0, count: owners.count)
    var values: [Double] = []
    for resample in 0..<resamples {
      var generator = CounterGenerator(seed: seed, resample)
      for patient in drawn.indices { drawn[patient] = 0 }
      for _ in names { drawn[Int(generator.uniform() * Double(names.count))] += 1 }
      for sample in owners.indices { times[sample] = drawn[owners[sample]] }
      if let value = metric.value(counting: times) { values.append(value) }
    }
    return Interval(value: metric.value, resampled: values)
  }

  /// By how much one branch is better than another in a metric, both taken on the same resamples.
  ///
  /// For example `difference(of: micle, over: simclr) { TopAccuracy($0, k: 1) }`.
  /// Throws ``EvaluationError`` unless both are about the same labels and patients in the same order.
  public func difference(
    of first: Predictions, over second: Predictions, in metric: (Predictions) -> any Metric
  ) throws(EvaluationError) -> Interval {
    try first.checkPaired(with: second)
    let difference = Difference(of: metric(first), over: metric(second))
    return interval(of: difference, patients: first.patients)
  }
}

/// By how much one metric exceeds another on the same samples.
struct Difference: Metric {
  let of: any Metric
  let over: any Metric

  var count: Int { of.count }

  func value(counting times: [Int]) -> Double? {
    guard let of = of.value(counting: times), let over = over.value(counting: times) else { return nil }
    return of - over
  }
}

extension Predictions {
  /// Throws unless the others are about the same labels and patients in the same order.
  func checkPaired(with other: Predictions) throws(EvaluationError) {
    let sizes = ([count, classes], [other.count, other.classes])
    guard sizes.0 == sizes.1 else { throw .differentSizes(of: sizes.0, over: sizes.1) }
    let unpaired = labels.indices.first {
      labels[$0] != other.labels[$0] || patients[$0] != other.patients[$0]
    }
    if let unpaired { throw .notPaired(sample: unpaired) }
  }
}
