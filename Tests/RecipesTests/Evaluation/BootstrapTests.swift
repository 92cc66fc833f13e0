import Foundation
import Ops
import Recipes
import Testing

/// Is 1 if as many patients as there are were drawn, each with all three photographs, and 0 if not.
private struct WholePatients: Metric {
  let count: Int

  func value(counting times: [Int]) -> Double? {
    let drawn = stride(from: 0, to: count, by: 3).map { times[$0] }
    let whole = times.indices.allSatisfy { times[$0] == drawn[$0 / 3] }
    return whole && drawn.reduce(0, +) == drawn.count ? 1 : 0
  }
}

@Suite struct BootstrapTests {
  private func accuracy(of hits: [Bool]) throws -> Predictions {
    try predictions(hits.map { $0 ? [1, 0] : [0, 1] }, hits.map { _ in 0 })
  }

  @Test func sameSeedSameInterval() throws {
    let predictions = try randomPredictions(samples: 120, classes: 4, seed: 5)
    func interval(_ seed: UInt64) -> Interval {
      Bootstrap(seed: seed, resamples: 200).interval(
        of: ClassAverage(.auc, of: predictions), patients: predictions.patients)
    }
    #expect(interval(1) == interval(1))
    #expect(interval(1) != interval(2))
  }

  @Test func drawsPatientsWhole() {
    let patients = (0..<90).map { "p\($0 / 3)" }
    let interval = Bootstrap(seed: 3).interval(of: WholePatients(count: 90), patients: patients)
    #expect(interval == Interval(value: 1, low: 1, high: 1))
  }

  @Test func theOrderOfSamplesDoesNotMatter() throws {
    let predictions = try randomPredictions(samples: 60, classes: 3, seed: 6)
    let order = Array((0..<60).reversed())
    let reversed = try Predictions(
      scores: order.flatMap { predictions.scores[$0 * 3..<$0 * 3 + 3] }, classes: 3,
      labels: order.map { predictions.labels[$0] }, patients: order.map { predictions.patients[$0] })
    let bootstrap = Bootstrap(seed: 1, resamples: 100)
    #expect(
      bootstrap.interval(of: ClassAverage(.sensitivity, of: predictions), patients: predictions.patients)
        == bootstrap.interval(of: ClassAverage(.sensitivity, of: reversed), patients: reversed.patients))
  }

  @Test func isAboutAsWideAsTheBinomialInterval() throws {
    let hits = (0..<400).map { $0 % 4 != 0 }
    let predictions = try accuracy(of: hits)
    let interval = Bootstrap(seed: 7).interval(
      of: TopAccuracy(predictions, k: 1), patients: predictions.patients)
    #expect(interval.value == 0.75)
    let half = 1.96 * (0.75 * 0.25 / 400).squareRoot()
    #expect(abs(interval.low - (0.75 - half)) < 0.1 * half)
    #expect(abs(interval.high - (0.75 + half)) < 0.1 * half)
  }

  @Test func moreOfTheSamePhotographsDoNotNarrowTheInterval() throws {
    let once = try accuracy(of: (0..<40).map { $0 % 4 != 0 })
    let copies = try Predictions(
      scores: (0..<400).flatMap { once.scores[$0 / 10 * 2..<$0 / 10 * 2 + 2] }, classes: 2,
      labels: (0..<400).map { once.labels[$0 / 10] }, patients: (0..<400).map { once.patients[$0 / 10] })
    let bootstrap = Bootstrap(seed: 8)
    func interval(_ predictions: Predictions, patients: [String]) -> Interval {
      bootstrap.interval(of: TopAccuracy(predictions, k: 1), patients: patients)
    }
    let clustered = interval(copies, patients: copies.patients)
    #expect(clustered == interval(once, patients: once.patients))
    let independent = interval(copies, patients: (0..<400).map { "q\($0)" })
    #expect(clustered.high - clustered.low > 2.5 * (independent.high - independent.low))
  }

  @Test func coversTheTruthAboutAsOftenAsItSays() throws {
    // 60 patients of 4 photographs, right or wrong together; the true accuracy is 0.7.
    var covered = 0
    for trial in 0..<200 {
      var random = CounterGenerator(seed: 9, trial)
      let patients = (0..<60).map { _ in random.chance(0.7) }
      let hits = (0..<240).map { patients[$0 / 4] }
      let predictions = try accuracy(of: hits)
      let interval = Bootstrap(seed: UInt64(trial), resamples: 300)
        .interval(of: TopAccuracy(predictions, k: 1), patients: hits.indices.map { "p\($0 / 4)" })
      if interval.low <= 0.7 && 0.7 <= interval.high { covered += 1 }
    }
    #expect((178...199).contains(covered))
  }

  @Test func onePatientHasNoInterval() throws {
    let predictions = try Predictions(
      scores: [1, 0, 0, 1], classes: 2, labels: [0, 0], patients: ["a", "a"])
    let interval = Bootstrap(seed: 1).interval(
      of: TopAccuracy(predictions, k: 1), patients: predictions.patients)
    #expect(interval.value == 0.5)
    #expect(interval.low.isNaN && interval.high.isNaN)
  }

  @Test func leavesOutResamplesWithoutAClass() throws {
    // Two patients of two classes: half of the resamples hold one class, of which there is no area.
    let predictions = try predictions([[1, 0], [0, 1]], [0, 1])
    let bootstrap = Bootstrap(seed: 1, resamples: 50)
    #expect(
      bootstrap.interval(of: ClassAverage(.auc, of: predictions), patients: predictions.patients)
        == Interval(value: 1, low: 1, high: 1))
    let oneClass = try self.accuracy(of: [true, false, true])
    let undefined = bootstrap.interval(of: ClassAverage(.auc, of: oneClass), patients: oneClass.patients)
    #expect(undefined.value.isNaN && undefined.low.isNaN && undefined.high.isNaN)
  }

  @Test func aBranchDoesNotDifferFromItself() throws {
    let predictions = try randomPredictions(samples: 90, classes: 4, seed: 10)
    let bootstrap = Bootstrap(seed: 1, resamples: 100)
    let none = Interval(value: 0, low: 0, high: 0)
    #expect(try bootstrap.difference(of: predictions, over: predictions) { TopAccuracy($0, k: 1) } == none)
    #expect(
      try bootstrap.difference(of: predictions, over: predictions) { ClassAverage(.auc, of: $0) } == none)
  }

  @Test func pairingNarrowsTheDifference() throws {
    // Two branches wrong on the same hard patients but for a few: the paired interval excludes zero,
    // though those of the branches overlap.
    let worse = try accuracy(of: (0..<200).map { $0 % 2 == 0 })
    let better = try accuracy(of: (0..<200).map { $0 % 2 == 0 || $0 % 20 == 1 })
    let bootstrap = Bootstrap(seed: 2)
    let paired = try bootstrap.difference(of: better, over: worse) { TopAccuracy($0, k: 1) }
    #expect(abs(paired.value - 0.05) < 1e-12)
    #expect(paired.low > 0 && paired.high < 0.1)
    let low = bootstrap.interval(of: TopAccuracy(better, k: 1), patients: better.patients).low
    #expect(low < bootstrap.interval(of: TopAccuracy(worse, k: 1), patients: worse.patients).high)
  }

  @Test func refusesToCompareDifferentSamples() throws {
    let first = try accuracy(of: [true, false, true])
    let bootstrap = Bootstrap(seed: 1)
    func error(over second: Predictions) -> String? {
      #expect(throws: EvaluationError.self) {
        try bootstrap.difference(of: first, over: second) { TopAccuracy($0, k: 1) }
      }?.description
    }
    #expect(
      error(over: try accuracy(of: [true]))
        == "The branches hold 3x2 and 1x2 scores (samples x classes): a paired comparison needs both to be "
        + "evaluated on the same photographs and classes.")
    #expect(
      error(over: try predictions([[1, 0], [1, 0], [1, 0]], [0, 1, 0]))
        == "The two branches differ at sample 1 in label or patient: a paired comparison needs both to be "
        + "evaluated on the same photographs in the same order.")
  }
}
