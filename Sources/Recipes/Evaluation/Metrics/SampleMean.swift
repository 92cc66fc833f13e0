/// The mean of a number of each sample.
struct SampleMean: Metric {
  private let values: [Double]
  private let weights: [Double]?

  /// Creates the mean of `values`, of one per sample, each with a weight if there are some.
  init(_ values: [Double], weights: [Double]? = nil) {
    contract(weights.map { $0.count == values.count } ?? true, "a weighted mean needs one weight per sample")
    (self.values, self.weights) = (values, weights)
  }

  var count: Int { values.count }

  /// Returns the mean of a set in which sample `i` occurs `times[i]` times; nil for an empty one.
  func value(counting times: [Int]) -> Double? {
    var (sum, all) = (0.0, 0.0)
    for (sample, times) in times.enumerated() where times > 0 {
      let weight = Double(times) * (weights?[sample] ?? 1)
      sum += weight * values[sample]
      all += weight
    }
    return all > 0 ? sum / all : nil
  }
}
