/// The test of a paired difference of two branches in one metric.
public struct PairedTest: Codable, Sendable, Equatable {
  /// The two-sided p-value of a ``PermutationTest``.
  public let pValue: Double
  /// The p-value adjusted for all differences of the metric in the results (Holm 1979): the chance of one or
  /// more as low, if none of the branches differ, is at most this.
  public internal(set) var adjusted: Double

  /// Creates a test that is the only one.
  init(pValue: Double) { (self.pValue, adjusted) = (pValue, pValue) }
}

/// Returns p-values adjusted for the number of them (Holm 1979, "A simple sequentially rejective multiple
/// test procedure").
func adjusted(_ pValues: [Double]) -> [Double] {
  var (adjusted, highest) = (pValues, 0.0)
  for (place, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
    highest = max(highest, min(1, Double(pValues.count - place) * pValues[index]))
    adjusted[index] = highest
  }
  return adjusted
}

extension [Results.Difference] {
  /// Adjusts the p-values of each metric for the number of differences.
  mutating func adjustTests() {
    for key in Set(flatMap(\.tests.keys)) {
      let tested = indices.filter { self[$0].tests[key] != nil }
      let values = adjusted(tested.compactMap { self[$0].tests[key]?.pValue })
      for (index, value) in zip(tested, values) { self[index].tests[key]?.adjusted = value }
    }
  }
}
