import Foundation
import Ops
import Testing

@testable import Recipes

@Suite struct CurveThinningTests {
  private let thinned = CurveThinning(scale: (200, 200))

  @Test func aStraightLineIsItsEnds() {
    let points = (0...1000).map { XYChart.Point(Double($0) / 1000, Double($0) / 1000) }
    let kept = thinned(points)
    #expect(kept.map(\.x) == [0, 1])
  }

  @Test func cornersAreKept() {
    let points = [(0.0, 0.0), (0, 0.4), (0, 0.8), (0.5, 0.8), (1, 0.8), (1, 1)].map { XYChart.Point($0, $1) }
    let kept = thinned(points)
    #expect(kept.map(\.x) == [0, 0, 1, 1])
    #expect(kept.map(\.y) == [0, 0.8, 0.8, 1])
  }

  /// No point of a ROC curve of 20 000 photographs is farther from the thinned line than half a pixel.
  @Test func theLineMovesByLessThanHalfAPixel() throws {
    let predictions = try randomPredictions(samples: 20_000, classes: 2, seed: 5)
    var random = CounterGenerator(seed: 8)
    let scores = predictions.scores.map { $0 + Float(random.uniform()) * 6 }
    let distinct = try Predictions(
      scores: scores, classes: 2, labels: predictions.labels, patients: predictions.patients)
    let curve = try #require(ROCCurve(of: distinct, class: 1))
    let points = curve.points.map { XYChart.Point($0.falsePositiveRate, $0.sensitivity) }
    let kept = thinned(points)
    #expect(points.count > 10_000 && kept.count < 300)
    let farthest = points.map { point in
      zip(kept, kept.dropFirst()).map { thinned.distance(of: point, from: $0, to: $1) }.min() ?? .infinity
    }.max()
    #expect((farthest ?? .infinity) <= 0.5)
  }

  @Test func fewPointsStay() {
    #expect(thinned([]).isEmpty)
    #expect(thinned([XYChart.Point(0.5, 0.5)]).count == 1)
    #expect(thinned([XYChart.Point(0.5, 0.5), XYChart.Point(0.5, 0.5)]).count == 2)
  }
}
