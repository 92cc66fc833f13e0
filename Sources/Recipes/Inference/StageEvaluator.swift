import Foundation
import Ops

/// Evaluates networks on the labelled photographs of a dataset, and keeps their center crops; of a classifier
/// that is trained on features, these.
final class StageEvaluator {
  private let dataset: Dataset
  private let size: Int
  private let plans: InferencePlans
  private let workers: Workers
  private var photographs: [Split: CroppedPhotographs] = [:]
  // The features by the last encoder that was asked for.
  private var table: FeatureTable?

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

  /// Returns the features of photographs by the encoder of a stage that does not train it.
  ///
  /// - Parameter weights: Weights of the stage, which include the encoder's.
  /// - Throws: `GraphErrors` with every mistake of the encoder; `MemoryShortage` or `OutOfMemory`.
  func features(of plan: StagePlan, _ weights: StageWeights) throws -> FeatureTable {
    let encoder = try plans.plan(of: plan.parts.encoder)
    let identity = FeatureTable.identity(of: encoder, weights, on: dataset, size: size)
    if let table, table.identity == identity { return table }
    table = nil
    let new = try FeatureTable(of: encoder, weights, on: dataset, size: size, workers: workers)
    table = new
    return new
  }

  /// Releases the memory of the features.
  func forgetFeatures() { table = nil }

  /// Returns a function from a classifier's weights to its predictions on validation.
  ///
  /// - Parameter weights: Weights of the stage. Those of an encoder that it does not train stay.
  func validator(of plan: StagePlan, _ weights: StageWeights) throws -> (StageWeights) throws -> Predictions {
    let evaluate = Evaluate(on: .validation, averagingFlips: plan.parts.evaluate?.averagesFlips ?? false)
    return try scores(of: plan, evaluate, on: .validation, weights, by: network(of: plan)).predictions
  }

  /// Returns a classifier's scores of the photographs it is evaluated on, and of those of validation, for
  /// calibration: read from its file, or computed and written to it. Either way their table is written.
  func scores(
    of plan: StagePlan, _ weights: StageWeights, in files: StageFiles
  ) throws -> ScoredPhotographs? {
    guard plan.parts.isClassifier, let evaluate = plan.parts.evaluate else { return nil }
    if !plan.isOnFeatures { forgetFeatures() }
    dataset.damaged.beginStage()
    let file = files.predictions(of: plan)
    let found = ClassifierScores.find(file, of: plan, evaluate)
    // First, so that the same photographs are skipped again.
    if let found { dataset.damaged.take(found.damaged, in: dataset) }
    let network = try network(of: plan)
    let calibrates =
      evaluate.split != .validation && plan.splitsToEvaluate(on: dataset).contains(.validation)
    let validation =
      calibrates ? try scoresIfReadable(of: plan, evaluate, on: .validation, weights, by: network) : nil
    let own = try self.scores(of: plan, evaluate, on: evaluate.split, weights, by: network)
    let scores = [own, validation].compactMap { $0 }
    let scored =
      try found.flatMap { found in
        let stored = scores.compactMap { $0.stored(found) }
        return stored.count == scores.count ? stored : nil
      }
      ?? ClassifierScores.computed(
        scores, weights, damaged: dataset.damaged.ofStage.inOrder, file: file)
    let all = try ScoredPhotographs(joining: scored)
    try AtomicFile.write(all.table, to: files.predictionTable(of: plan))
    return all
  }

  private func scores(
    of plan: StagePlan, _ evaluate: Evaluate, on split: Split, _ weights: StageWeights,
    by network: @escaping () throws -> InferenceNetwork
  ) throws -> ClassifierScores {
    if plan.isOnFeatures {
      return try scoresOnFeatures(of: plan, evaluate, on: split, weights, by: network)
    }
    let cropped = try cropped(split)
    return ClassifierScores(
      of: plan, evaluate, on: cropped.photographs, split, classes: dataset.classes
    ) { weights in
      let network = try network()
      network.load { weights[$0] }
      return network.probabilities(of: cropped.images, averagingFlips: evaluate.averagesFlips)
    }
  }

  private func scoresOnFeatures(
    of plan: StagePlan, _ evaluate: Evaluate, on split: Split, _ weights: StageWeights,
    by network: @escaping () throws -> InferenceNetwork
  ) throws -> ClassifierScores {
    let mirrorings = Mirroring.averaged(evaluate.averagesFlips)
    let table = try features(of: plan, weights)
    let labelled = dataset.indices(of: .labelled(split))
    let readable = try table.compute(labelled, mirrorings)
    if let first = labelled.first, readable.isEmpty {
      throw dataset.nothingReadable(first: first, others: labelled.count - 1)
    }
    return ClassifierScores(
      of: plan, evaluate, on: LabelledPhotographs(readable, of: dataset), split, classes: dataset.classes
    ) { weights in
      let head = try network()
      head.load { weights[$0] }
      return head.probabilities(readable.count, averaging: mirrorings) { place, mirroring in
        table.features(of: readable[place], mirroring)
      }
    }
  }

  // Returns the scores of a split; nil if it has no readable photograph. Of a strict dataset all have to be.
  private func scoresIfReadable(
    of plan: StagePlan, _ evaluate: Evaluate, on split: Split, _ weights: StageWeights,
    by network: @escaping () throws -> InferenceNetwork
  ) throws -> ClassifierScores? {
    do {
      let scores = try scores(of: plan, evaluate, on: split, weights, by: network)
      return scores.isEmpty ? nil : scores
    } catch let error as DataError {
      if dataset.isStrict { throw error }
      return nil
    }
  }

  // Returns a classifier, or the head of one that is trained on features. It is made when it is first asked
  // for, as stored scores need none.
  private func network(of plan: StagePlan) throws -> () throws -> InferenceNetwork {
    let model =
      try plan.isOnFeatures
      ? plans.plan(behindFeaturesOf: plan.parts.model) : plans.plan(of: plan.parts.model)
    var made: InferenceNetwork?
    return {
      let network = try made ?? InferenceNetwork(model)
      made = network
      return network
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
