import Foundation
import Ops

/// Evaluates networks on the labelled photographs of a dataset, and keeps their center crops.
final class StageEvaluator {
  private let dataset: Dataset
  private let size: Int
  private let plans: InferencePlans
  private let workers: Workers
  private var photographs: [Split: CroppedPhotographs] = [:]

  /// Creates an evaluation on photographs of `size` by `size` pixels.
  init(on dataset: Dataset, size: Int, plans: InferencePlans, workers: Workers) {
    self.dataset = dataset
    self.size = size
    self.plans = plans
    self.workers = workers
  }

  /// Returns the evaluation of a pretrained encoder during training; nil for a classifier.
  func check(of plan: StagePlan) throws -> RepresentationCheck? {
    guard !plan.parts.isClassifier, !dataset.classes.isEmpty else { return nil }
    return try RepresentationCheck(
      of: plan.parts.encoder, training: cropped(.train), validation: cropped(.validation),
      classes: dataset.classes.count, plans: plans, workers: workers)
  }

  /// Returns a function from a classifier's weights to its predictions on validation.
  func validator(of plan: StagePlan) throws -> (StageWeights) throws -> Predictions {
    let scores = try scores(
      of: plan, Evaluate(on: .validation, averagingFlips: plan.parts.evaluate?.averagesFlips ?? false),
      on: .validation)
    let network = try network(of: plan)
    return { try scores.predictions(of: $0, by: network) }
  }

  /// Returns a classifier's scores of the photographs it is evaluated on, and of those of validation, for
  /// calibration: read from its file, or computed and written to it. Either way their table is written.
  func scores(
    of plan: StagePlan, _ weights: StageWeights, in files: StageFiles
  ) throws -> ScoredPhotographs? {
    guard plan.parts.isClassifier, let evaluate = plan.parts.evaluate else { return nil }
    dataset.damaged.beginStage()
    let file = files.predictions(of: plan)
    let found = ClassifierScores.find(file, of: plan, evaluate)
    // First, so that the same photographs are skipped again.
    if let found { dataset.damaged.take(found.damaged, in: dataset) }
    var splits = [evaluate.split]
    if evaluate.split != .validation, plan.splitsToEvaluate(on: dataset).contains(.validation),
      try isReadable(.validation)
    {
      splits.append(.validation)
    }
    let scores = try splits.map { try self.scores(of: plan, evaluate, on: $0) }
    let scored =
      try found.flatMap { found in
        let stored = scores.compactMap { $0.stored(found) }
        return stored.count == scores.count ? stored : nil
      }
      ?? ClassifierScores.computed(
        scores, weights, by: network(of: plan), damaged: dataset.damaged.ofStage.inOrder, file: file)
    let all = try ScoredPhotographs(joining: scored)
    try AtomicFile.write(all.table, to: files.predictionTable(of: plan))
    return all
  }

  private func scores(of plan: StagePlan, _ evaluate: Evaluate, on split: Split) throws -> ClassifierScores {
    ClassifierScores(of: plan, evaluate, on: try cropped(split), split, classes: dataset.classes)
  }

  /// Returns whether a split has a readable photograph; of a strict dataset all have to be.
  private func isReadable(_ split: Split) throws -> Bool {
    do { return try !cropped(split).ids.isEmpty } catch let error as DataError {
      if dataset.isStrict { throw error }
      return false
    }
  }

  /// Audits all photographs by the encoder of a finished stage, if it has an audit, and writes the findings.
  func audit(
    _ plan: StagePlan, _ weights: StageWeights, in files: StageFiles, withPhotographs: Bool
  ) throws -> AuditFindings? {
    guard let audit = plan.parts.audit else { return nil }
    dataset.damaged.beginStage()
    let network = try InferenceNetwork(plans.plan(of: plan.parts.encoder))
    network.load { weights[$0] }
    return try audit.run(
      by: network, on: dataset, size: size, output: files.audit(of: plan).folder,
      withPhotographs: withPhotographs, workers: workers)
  }

  private func network(of plan: StagePlan) throws -> InferenceNetwork {
    try InferenceNetwork(plans.plan(of: plan.parts.model))
  }

  private func cropped(_ split: Split) throws -> CroppedPhotographs {
    if let known = photographs[split] {
      known.unreadable.forEach { _ = dataset.damaged.knows($0) }
      return known
    }
    let new = try CroppedPhotographs(split, of: dataset, size: size, workers: workers)
    photographs[split] = new
    return new
  }
}
