/// The mean of a metric over repetitions of a training on the same samples.
struct MeanMetric: Metric {
  let repetitions: [any Metric]

  init(_ repetitions: [any Metric]) {
    contract(!repetitions.isEmpty, "a mean needs at least one repetition")
    self.repetitions = repetitions
  }

  var count: Int { repetitions[0].count }

  /// Returns the mean of the values; nil if one of them is undefined.
  func value(counting times: [Int]) -> Double? {
    var sum = 0.0
    for repetition in repetitions {
      guard let value = repetition.value(counting: times) else { return nil }
      sum += value
    }
    return sum / Double(repetitions.count)
  }
}
