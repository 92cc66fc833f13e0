import Foundation
import Recipes
import Testing

@Suite struct BalancedStageTests {
  private func run(_ classifier: Classifier, on data: Dataset) throws -> (Report, [String]) {
    let folder = try ScratchFolder()
    let log = SmallClinic.Log()
    let report = try Pipeline("one") { classifier }.run(
      on: data, output: folder.url, workers: Workers(count: 1)
    ) { log.note($0) }
    return (report, log.lines)
  }

  /// The small clinic without labels of the second class, and one of the third's for each three of the
  /// first's.
  private func skewed() throws -> Dataset {
    let whole = try SmallClinic.dataset()
    var photographs = Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0, [Photograph]()) })
    for (index, photograph) in whole.photographs.enumerated() {
      let isHidden =
        whole.splits[index] == .train && (photograph.label == 1 || ["P5", "P8"].contains(photograph.patient))
      photographs[whole.splits[index], default: []].append(
        Photograph(
          id: photograph.id, patient: photograph.patient, label: isHidden ? nil : photograph.label,
          image: try whole.image(at: index)))
    }
    return try Dataset(
      train: photographs[.train] ?? [], validation: photographs[.validation] ?? [],
      test: photographs[.test] ?? [], classes: whole.classes, source: "test")
  }

  @Test func balancesByWeightsOrBySampling() throws {
    let data = try skewed()
    var losses: Set<Double> = []
    for (weights, sampling) in [
      (CrossEntropy.Weights.none, Sampling.natural), (.balanced, .natural), (.none, .balanced),
    ] {
      let (report, log) = try run(
        Classifier(
          SmallClinic.encoder, classes: 3, named: "one", smoothing: 0, weights: weights, sampling: sampling,
          batch: 6,
          epochs: 1),
        on: data)
      let note =
        "one: there are no photographs to train on of b; the other classes are balanced."
      #expect(log.contains(note) == (weights == .balanced || sampling == .balanced))
      losses.insert(try #require(report.stages[0].history.losses.last))
    }
    #expect(losses.count == 3)
    #expect(losses.allSatisfy { $0.isFinite })
  }

  @Test func aSearchSamplesInTheSameWay() throws {
    let data = try skewed()
    let losses = try [nil, Search(learningRates: [0.02])].map { search in
      let classifier = Classifier(
        SmallClinic.encoder, classes: 3, named: "one", sampling: .balanced, batch: 6, epochs: 1,
        search: search)
      return try run(classifier, on: data).0.stages[0].history.losses
    }
    #expect(losses[0] == losses[1])
  }

  @Test func oneWayOfBalancingIsEnough() throws {
    let twice = Classifier(
      SmallClinic.encoder, classes: 3, named: "twice", smoothing: 0, weights: .balanced, sampling: .balanced)
    let error = #expect(throws: PipelineErrors.self) { try run(twice, on: SmallClinic.dataset()) }
    #expect(
      error?.problems == [
        "The stage \"twice\" balances its classes twice, by sampling and by weights; keep one."
      ])
    let line = #line + 1
    let spread = Classifier(SmallClinic.encoder, classes: 3, named: "spread", weights: .balanced)
    let smoothed = #expect(throws: PipelineErrors.self) { try run(spread, on: SmallClinic.dataset()) }
    #expect(
      smoothed?.problems == [
        "The stage \"spread\" (RecipesTests/BalancedStageTests.swift:\(line)): CrossEntropy(smoothing: 0.1): smoothing "
          + "must be 0 where classes are weighted, as most of a smoothed label would be spread over the rarest classes, "
          + "or classes be balanced by sampling: .balanced in place of the weights."
      ])
    let blind = Stage("blind", on: .unlabelled) {
      Views(2) { RandomFlip() }
      SmallClinic.encoder
      ProjectionHead(hidden: [8], output: 8)
      NTXent()
      Optimize(SGD(learningRate: 0.1), batch: 8, sampling: .balanced, epochs: 1)
    }
    let contrastive = #expect(throws: PipelineErrors.self) {
      try Pipeline("blind") { blind }.validated(on: SmallClinic.dataset())
    }
    #expect(
      contrastive?.problems == [
        "The stage \"blind\" samples classes evenly, but reads no labels; use .natural."
      ])
  }

  @Test func settingsAreInTheDescription() {
    let stage = Classifier(
      SmallClinic.encoder, classes: 3, on: .labelled(.train, share: 0.1), named: "ten", sampling: .balanced
    ).stage
    #expect(stage.input.summary == "labelled(train, share: 0.1)")
    #expect(
      stage.component(Optimize.self)?.summary.contains("batch: 32, sampling: balanced, epochs: 30") == true)
    #expect(CrossEntropy(weights: .balanced).summary == "CrossEntropy(smoothing: 0.0, weights: balanced)")
  }
}

extension Pipeline {
  /// What a run says before it begins.
  fileprivate func validated(on data: Dataset) throws {
    let folder = try ScratchFolder()
    try run(on: data, output: folder.url, workers: Workers(count: 1), reporting: { _ in })
  }
}
