import Ops
import Recipes
import Testing

@Suite struct MacroAUCTests {
  /// The definition: over all pairs of a positive and a negative, those in order and half of the ties.
  private func areaByPairs(_ predictions: Predictions, counting times: [Int]) -> Double? {
    var areas: [Double] = []
    for candidate in 0..<predictions.classes {
      var wins = 0.0
      var pairs = 0.0
      for i in 0..<predictions.count where predictions.labels[i] == candidate {
        for j in 0..<predictions.count where predictions.labels[j] != candidate {
          let positive = predictions.scores[i * predictions.classes + candidate]
          let negative = predictions.scores[j * predictions.classes + candidate]
          let weight = Double(times[i] * times[j])
          wins += weight * (positive > negative ? 1 : positive == negative ? 0.5 : 0)
          pairs += weight
        }
      }
      if pairs > 0 { areas.append(wins / pairs) }
    }
    return areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
  }

  @Test(
    arguments: [
      ([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75),  // scikit-learn's example
      ([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1], 1),
      ([0.4, 0.3, 0.2, 0.1], [0, 0, 1, 1], 0),
      ([0.5, 0.5, 0.5, 0.5], [0, 1, 0, 1], 0.5),
      ([.nan, 0.5, 0.1, 0.9], [1, 0, 0, 1], 0.5),  // not a number comes last
      ([.nan, .nan, 0.1, 0.9], [1, 0, 0, 1], 0.625),
      ([-.infinity, .nan], [1, 0], 1),
    ] as [([Float], [Int], Double)])
  func ranksOfOneClass(scores: [Float], labels: [Int], expected: Double) throws {
    // The first class has constant scores, an area of a half, and so halves the distance of the mean from it.
    let mean = ClassAverage(.auc, of: try predictions(scores.map { [0, $0] }, labels)).value
    #expect(mean == (0.5 + expected) / 2)
  }

  @Test(arguments: [(20, 2), (60, 5), (90, 26)])
  func agreesWithCountingPairs(samples: Int, classes: Int) throws {
    let predictions = try randomPredictions(samples: samples, classes: classes, seed: 3)
    let metric = ClassAverage(.auc, of: predictions)
    var random = CounterGenerator(seed: 4)
    let ones = [Int](repeating: 1, count: samples)
    for times in [ones] + (0..<5).map({ _ in ones.map { _ in Int.random(in: 0...2, using: &random) } }) {
      let value = try #require(metric.value(counting: times))
      let expected = try #require(areaByPairs(predictions, counting: times))
      #expect(abs(value - expected) < 1e-12)
    }
  }

  @Test func leavesOutClassesWithoutPositivesOrNegatives() throws {
    let predictions = try predictions([[2, 1, 0], [1, 2, 0], [2, 1, 0]], [0, 1, 1])
    #expect(ClassAverage(.auc, of: predictions).value == 0.75)
    #expect(ClassAverage(.auc, of: predictions).value(counting: [0, 1, 1]) == nil)
    #expect(ClassAverage(.auc, of: try self.oneClass()).value == nil)
  }

  private func oneClass() throws -> Predictions { try predictions([[2, 1], [1, 2]], [1, 1]) }
}
