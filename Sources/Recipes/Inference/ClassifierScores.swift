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

  /// What the scores of a classifier depend on.
  private static func hash(of plan: StagePlan, _ evaluate: Evaluate) -> String {
    var hash = ContentHash()
    hash.combine(plan.hash)
    hash.combine(StableText(of: evaluate).text)
    return hash.text
  }

  /// What is kept in a file of a classifier's scores, if it is of this one.
  static func find(_ file: URL, of plan: StagePlan, _ evaluate: Evaluate) -> StoredTensors.Found? {
    guard case .current(let found) = StoredTensors.find(file, hash: hash(of: plan, evaluate)) else {
      return nil
    }
    return found
  }

  /// The scores that a file was found to hold, if they are of as many photographs.
  func stored(_ found: StoredTensors.Found) -> Predictions? {
    (try? found.stored["scores"]).flatMap { try? predictions($0.floats) }
  }

  /// Scores the photographs and keeps the scores in a file.
  ///
  /// - Parameter damaged: The photographs of the split that could not be read.
  func computed(
    _ weights: StageWeights, by network: InferenceNetwork, damaged: [DamagedPhotograph], file: URL
  ) throws -> Predictions {
    let predictions = try predictions(of: weights, by: network)
    let tensor = NamedTensor("scores", shape: [photographs.images.count, classes], predictions.scores)
    try StoredTensors(
      tensors: [tensor], hash: ClassifierScores.hash(of: plan, evaluate), damaged: damaged,
      notes: ["loupe.stage": plan.stage.title]
    ).write(to: file)
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
