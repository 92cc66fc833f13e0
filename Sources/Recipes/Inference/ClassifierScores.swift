import Foundation
import Ops

/// The scores of a classifier on the photographs of a split, stored in a file so that a finished classifier
/// is not run again.
struct ClassifierScores {
  private let plan: StagePlan
  private let evaluate: Evaluate
  private let photographs: LabelledPhotographs
  private let split: Split
  private let classes: [String]
  private let probabilities: (StageWeights) throws -> [Float]

  /// Creates the scores of the photographs of a split.
  ///
  /// - Parameter probabilities: Returns the class probabilities of the photographs, `[photographs, classes]`.
  init(
    of plan: StagePlan, _ evaluate: Evaluate, on photographs: LabelledPhotographs, _ split: Split,
    classes: [String], probabilities: @escaping (StageWeights) throws -> [Float]
  ) {
    self.plan = plan
    self.evaluate = evaluate
    self.photographs = photographs
    self.split = split
    self.classes = classes
    self.probabilities = probabilities
  }

  /// Returns a hash of what a classifier's scores depend on.
  private static func hash(of plan: StagePlan, _ evaluate: Evaluate) -> String {
    var hash = ContentHash()
    hash.combine(plan.hash)
    hash.combine(StableText(of: evaluate).text)
    return hash.text
  }

  /// Reads a file of scores, if they are this classifier's.
  static func find(_ file: URL, of plan: StagePlan, _ evaluate: Evaluate) -> StoredTensors.Found? {
    guard case .current(let found) = StoredTensors.find(file, hash: hash(of: plan, evaluate)) else {
      return nil
    }
    return found
  }

  /// Whether there is no photograph to score.
  var isEmpty: Bool { photographs.ids.isEmpty }

  /// The name of the tensor in the file.
  private var tensor: String { split == evaluate.split ? "scores" : "scores.\(split)" }

  /// Returns the scores found in a file, if the number of photographs matches.
  func stored(_ found: StoredTensors.Found) -> ScoredPhotographs? {
    (try? found.stored[tensor]).flatMap { try? named(predictions($0.floats)) }
  }

  /// Scores the photographs of some splits and stores the scores in a file.
  ///
  /// - Parameter damaged: The unreadable photographs of the splits.
  static func computed(
    _ all: [ClassifierScores], _ weights: StageWeights, damaged: [DamagedPhotograph], file: URL
  ) throws -> [ScoredPhotographs] {
    let scored = try all.map { try $0.named($0.predictions(of: weights)) }
    guard let first = all.first else { return [] }
    let tensors = zip(all, scored).map { scores, scored in
      NamedTensor(
        scores.tensor, shape: [scored.predictions.count, scores.classes.count], scored.predictions.scores)
    }
    try StoredTensors(
      tensors: tensors, hash: hash(of: first.plan, first.evaluate), damaged: damaged,
      notes: ["loupe.stage": first.plan.stage.title]
    ).write(to: file)
    return scored
  }

  /// Scores the photographs.
  func predictions(of weights: StageWeights) throws -> Predictions {
    try predictions(probabilities(weights))
  }

  private func predictions(_ scores: [Float]) throws(EvaluationError) -> Predictions {
    try Predictions(
      scores: scores, classes: classes.count, labels: photographs.labels, patients: photographs.patients)
  }

  private func named(_ predictions: Predictions) throws(EvaluationError) -> ScoredPhotographs {
    try ScoredPhotographs(
      predictions, of: photographs.ids, splits: photographs.ids.map { _ in split }, classes: classes)
  }
}
