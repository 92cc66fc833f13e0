import Foundation
import Ops
import Recipes
import Testing

@Suite struct TimingScratchTests {
  @Test func time() throws {
    func branch(_ seed: UInt64) throws -> Predictions {
      var random = CounterGenerator(seed: 1)
      let labels = (0..<2500).map { _ in Int.random(in: 0..<26, using: &random) }
      var noise = CounterGenerator(seed: seed)
      let scores = labels.flatMap { label in
        let row = (0..<26).map { exp(noise.normal() + ($0 == label ? 2 : 0)) }
        return row.map { Float($0 / row.reduce(0, +)) }
      }
      return try Predictions(
        scores: scores, classes: 26, labels: labels, patients: (0..<2500).map { "p\($0 / 3)" })
    }
    let branches = try (0..<4).map { ("b\($0)", try branch(UInt64($0))) }
    let clock = ContinuousClock()
    print("all", try clock.measure { _ = try Results(evaluating: branches, seconds: 0, seed: 1) })
    print("one", try clock.measure { _ = try Results(evaluating: [branches[0]], seconds: 0, seed: 1) })
    for kind in [MetricKind.top1, .balanced, .brier, .auc] {
      print(
        kind.key,
        try clock.measure {
          _ = try PermutationTest(seed: 1, permutations: 1000).pValue(
            of: [branches[0].1], over: [branches[1].1], in: kind)
        })
    }
  }
}
