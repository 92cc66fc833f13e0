/// The mean of a metric over repetitions of a training, all about the same samples.
struct MeanMetric<M: Metric>: Metric {
  let repetitions: [M]

  init(_ repetitions: [M]) {
    contract(!repetitions.isEmpty, "a mean needs at least one repetition")
    self.repetitions = repetitions
  }

  var count: Int { repetitions[0].count }

  /// The mean of the values; `nil` if one of them is not defined.
  func value(counting times: [Int]) -> Double? {
    var sum = 0.0
    for repetition in repetitions {
      guard let value = repetition.value(counting: times) else { return nil }
      sum += value
    }
    return sum / Double(repetitions.count)
  }
}
