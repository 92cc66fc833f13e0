import Foundation
import Recipes
import Testing

/// Metrics and curves against those of scikit-learn (Fixtures/make_metric_fixtures.py).
@Suite struct MetricFixtureTests {
  private struct Case: Decodable {
    let classes: Int
    let scores: [Float]
    let labels: [Int]
    let perClass: [[String: Double?]]
    let macro: [String: Double]
    let weighted: [String: Double]
    let top1: Double
    let curves: [Curve]
    let calibration: Calibration?

    var predictions: Predictions {
      get throws {
        try Predictions(
          scores: scores, classes: classes, labels: labels, patients: labels.indices.map { "\($0 / 2)" })
      }
    }
  }

  private struct Curve: Decodable {
    let `class`: Int
    let fpr: [Double], tpr: [Double], precision: [Double], recall: [Double]
  }

  private struct Calibration: Decodable {
    let brier: Double, brierPerClass: [Double], logLoss: Double, ece: Double, classwiseECE: Double
    let bins: [[Double?]]
    let temperature: Double
  }

  private func cases() throws -> [String: Case] {
    let url = Bundle.module.url(forResource: "metrics", withExtension: "json", subdirectory: "Fixtures")
    return try JSONDecoder().decode([String: Case].self, from: Data(contentsOf: #require(url)))
  }

  private func agree(_ value: Double?, _ known: Double?, _ what: String) {
    guard let value, let known else {
      #expect(value == nil && known == nil, "\(what) is \(String(describing: value))")
      return
    }
    #expect(abs(value - known) < 1e-12, "\(what) is \(value) and should be \(known)")
  }

  @Test func meansOverClasses() throws {
    let cases = try cases()
    #expect(cases.count == 10)
    for (name, known) in cases {
      let predictions = try known.predictions
      for measure in ClassMeasure.allCases {
        for (weighting, means) in [(ClassWeighting.macro, known.macro), (.support, known.weighted)] {
          let average = ClassAverage(measure, of: predictions, weighting: weighting)
          agree(average.value, means[measure.rawValue], "\(weighting) \(measure) of \(name)")
        }
      }
      agree(TopAccuracy(predictions, k: 1).value, known.top1, "top-1 of \(name)")
    }
  }

  @Test func everyClassInTheResults() throws {
    for (name, known) in try cases() {
      let results = try Results(
        evaluating: [("a", known.predictions), ("a", known.predictions)], seconds: 0, seed: 0)
      let classes = results.branches[0].perClass
      #expect(classes.count == known.classes)
      for (one, values) in classes.enumerated() {
        for measure in ClassMeasure.allCases {
          let value = values[measure].value
          let expected = known.perClass[one][measure.rawValue] ?? nil
          agree(value.isNaN ? nil : value, expected, "\(measure) of class \(one) of \(name)")
        }
        #expect(values.photographs == known.labels.count { $0 == one })
      }
      agree(results.branches[0][.balanced]?.value, known.macro["sensitivity"], "balanced of \(name)")
      agree(results.branches[0][.f1]?.value, known.macro["f1"], "F1 of \(name)")
    }
  }

  @Test func curves() throws {
    for (name, known) in try cases() {
      let predictions = try known.predictions
      let curved = known.curves.map(\.class)
      for one in 0..<known.classes where !curved.contains(one) {
        #expect(ROCCurve(of: predictions, class: one) == nil, "class \(one) of \(name)")
      }
      for curve in known.curves {
        let what = "class \(curve.class) of \(name)"
        let roc = try #require(ROCCurve(of: predictions, class: curve.class))
        let precision = try #require(PrecisionRecallCurve(of: predictions, class: curve.class))
        for (found, expected) in [
          (roc.points.map(\.falsePositiveRate), curve.fpr), (roc.points.map(\.sensitivity), curve.tpr),
          (precision.points.map(\.precision), curve.precision),
          (precision.points.map(\.sensitivity), curve.recall),
        ] {
          #expect(found.count == expected.count, "\(what)")
          #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(what)")
        }
        agree(roc.area, known.perClass[curve.class]["auc"] ?? nil, what)
        agree(precision.averagePrecision, known.perClass[curve.class]["averagePrecision"] ?? nil, what)
      }
    }
  }

  @Test func calibration() throws {
    var count = 0
    for (name, known) in try cases() {
      let predictions = try known.predictions
      let diagram = ReliabilityDiagram(of: predictions)
      guard let expected = known.calibration else {
        for metric in [
          BrierScore(predictions) as any Metric, LogLoss(predictions), CalibrationError(predictions),
        ] {
          #expect(metric.value == nil, "\(name)")
        }
        #expect(diagram == nil && TemperatureScaling(fitting: predictions) == nil, "\(name)")
        continue
      }
      count += 1
      agree(BrierScore(predictions).value, expected.brier, "Brier score of \(name)")
      for (one, value) in expected.brierPerClass.enumerated() {
        agree(BrierScore(predictions, class: one).value, value, "Brier score of class \(one) of \(name)")
      }
      agree(LogLoss(predictions).value, expected.logLoss, "log loss of \(name)")
      agree(CalibrationError(predictions).value, expected.ece, "error of \(name)")
      agree(
        CalibrationError(classwise: predictions).value, expected.classwiseECE, "classwise error of \(name)")
      agree(diagram?.expectedCalibrationError, expected.ece, "error of the diagram of \(name)")
      for (bin, known) in zip(try #require(diagram).bins, expected.bins) {
        agree(Double(bin.count), known[0], "count of \(name)")
        agree(bin.confidence, known[1], "confidence of \(name)")
        agree(bin.accuracy, known[2], "accuracy of \(name)")
      }
      let fitted = try #require(TemperatureScaling(fitting: predictions)).temperature
      #expect(abs(fitted - expected.temperature) < 1e-8 * expected.temperature, "\(name): \(fitted)")
    }
    #expect(count == 4)
  }
}
