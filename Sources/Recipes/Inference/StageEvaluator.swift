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
      of: plan, Evaluate(on: .validation, averagingFlips: plan.parts.evaluate?.averagesFlips ?? false))
    let network = try network(of: plan)
    return { try scores.predictions(of: $0, by: network) }
  }

  /// Returns a classifier's predictions on the photographs it is scored on, if there are any: read from its
  /// file, or computed and written to it. Either way their table is written.
  func predictions(of plan: StagePlan, _ weights: StageWeights, in files: StageFiles) throws -> Predictions? {
    guard plan.parts.isClassifier, let evaluate = plan.parts.evaluate else { return nil }
    dataset.damaged.beginStage()
    let file = files.predictions(of: plan)
    let found = ClassifierScores.find(file, of: plan, evaluate)
    // First, so that the same photographs are skipped again.
    if let found { dataset.damaged.take(found.damaged, in: dataset) }
    let scores = try scores(of: plan, evaluate)
    let predictions =
      try found.flatMap(scores.stored)
      ?? scores.computed(
        weights, by: network(of: plan), damaged: dataset.damaged.ofStage.inOrder, file: file)
    let table = PredictionTable(
      predictions, on: try cropped(evaluate.split), of: evaluate.split, classes: dataset.classes)
    try AtomicFile.write(table.text, to: files.predictionTable(of: plan))
    return predictions
  }

  /// Audits all photographs by the encoder of a finished stage, if it has an audit, and writes the findings.
  func audit(_ plan: StagePlan, _ weights: StageWeights, in files: StageFiles) throws -> AuditFindings? {
    guard let audit = plan.parts.audit else { return nil }
    dataset.damaged.beginStage()
    let network = try InferenceNetwork(plans.plan(of: plan.parts.encoder))
    network.load { weights[$0] }
    return try audit.run(
      by: network, on: dataset, size: size, output: files.audit(of: plan).folder, workers: workers)
  }

  private func scores(of plan: StagePlan, _ evaluate: Evaluate) throws -> ClassifierScores {
    ClassifierScores(
      of: plan, evaluate, on: try cropped(evaluate.split), classes: dataset.classes.count)
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
