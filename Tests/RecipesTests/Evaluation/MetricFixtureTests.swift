import Foundation
import Recipes
import Testing

/// Metrics against those of scikit-learn (Fixtures/make_metric_fixtures.py).
@Suite struct MetricFixtureTests {
  private struct Case: Decodable {
    let classes: Int
    let scores: [Float]
    let labels: [Int]
    let f1: Double, balanced: Double, auc: Double
  }

  @Test func agreeWithScikitLearn() throws {
    let url = Bundle.module.url(forResource: "metrics", withExtension: "json", subdirectory: "Fixtures")
    let cases = try JSONDecoder().decode([String: Case].self, from: Data(contentsOf: #require(url)))
    #expect(cases.count == 3)
    for (name, known) in cases {
      let predictions = try Predictions(
        scores: known.scores, classes: known.classes, labels: known.labels,
        patients: known.labels.map { "\($0)" })
      for (metric, value) in [
        (F1(predictions) as any Metric, known.f1), (BalancedAccuracy(predictions), known.balanced),
        (MacroAUC(predictions), known.auc),
      ] {
        #expect(abs(try #require(metric.value) - value) < 1e-12, "\(type(of: metric)) of \(name)")
      }
    }
  }
}
