import Foundation
import Ops

/// The scores of a classifier on the photographs of a split, stored in a file so that a finished classifier
/// is not run again.
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

  /// Returns the scores found in a file, if the number of photographs matches.
  func stored(_ found: StoredTensors.Found) -> Predictions? {
    (try? found.stored["scores"]).flatMap { try? predictions($0.floats) }
  }

  /// Scores the photographs and stores the scores in a file.
  ///
  /// - Parameter damaged: The unreadable photographs of the split.
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
