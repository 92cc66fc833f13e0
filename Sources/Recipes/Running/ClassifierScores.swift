import Foundation
import Ops

/// The scores of a classifier on the photographs of a split, kept so that a finished one is not run again.
struct ClassifierScores {
  private let plan: StagePlan
  private let evaluate: Evaluate
  private let photographs: CroppedPhotographs
  private let classes: Int

  init(of plan: StagePlan, _ evaluate: Evaluate, on photographs: CroppedPhotographs, classes: Int) {
    self.plan = plan
    self.evaluate = evaluate
    self.photographs = photographs
    self.classes = classes
  }

  private var hash: String {
    var hash = ContentHash()
    hash.combine(plan.hash)
    hash.combine(evaluate.summary)
    return hash.text
  }

  /// The scores in a file, if they are of this classifier.
  func stored(in file: URL) -> Predictions? {
    guard case .current(let stored) = StoredTensors.find(file, hash: hash),
      let scores = stored["scores"]
    else { return nil }
    return try? predictions(scores.floats)
  }

  /// Scores the photographs and keeps the scores in a file.
  func computed(_ weights: StageWeights, by network: InferenceNetwork, file: URL) throws -> Predictions {
    let predictions = try predictions(of: weights, by: network)
    let tensor = NamedTensor("scores", shape: [photographs.images.count, classes], predictions.scores)
    try StoredTensors(tensors: [tensor], hash: hash, notes: ["loupe.stage": plan.stage.title]).write(to: file)
    return predictions
  }

  /// Scores the photographs.
  func predictions(of weights: StageWeights, by network: InferenceNetwork) throws -> Predictions {
    network.load { weights[$0] }
    return try predictions(
      network.probabilities(of: photographs.images, averagingFlips: evaluate.averagesFlips))
  }

  private func predictions(_ scores: [Float]) throws(EvaluationError) -> Predictions {
    try Predictions(
      scores: scores, classes: classes, labels: photographs.labels, patients: photographs.patients)
  }
}
