@testable import Recipes

/// Events of a small run: a pretraining of 4 epochs of 10 steps, and a classifier.
enum Events {
  static let beginning = beginning(of: "simclr", index: 0, epochs: 4)

  static func beginning(
    of stage: String, index: Int, epochs: Int, choice: String? = nil
  ) -> StageBeginning {
    StageBeginning(
      stage: stage, choice: choice, index: index, stages: 2, epochs: epochs, finished: 0, steps: 10)
  }

  static func step(_ number: Int, epoch: Int = 1, seconds: Double, stage: String = "simclr") -> RunEvent {
    .step(
      StepProgress(
        stage: stage, epoch: epoch, epochs: 4, step: number, steps: 10, images: 256 * number, seconds: seconds
      ))
  }

  static func epoch(
    _ number: Int, loss: Double = 2.5, spread: EmbeddingSpread? = nil,
    neighbors: RepresentationAccuracy? = nil
  ) -> RunEvent {
    .epoch(
      EpochRecord(
        stage: "simclr", epoch: number, epochs: 4, loss: loss, collapse: 5.5, spread: spread,
        neighbors: neighbors, validation: nil, rate: 0.004, images: 2560, seconds: 5))
  }

  static let end = RunEvent.stageEnded(stage: "simclr", choice: nil, seconds: 30, isReused: false)

  static let work = [
    StageWork(stage: "simclr", multiplyAdds: 1e9, steps: 10, epochs: 4),
    StageWork(stage: "classifier", multiplyAdds: 2e9, steps: 10, epochs: 3, trainings: 2),
  ]

  /// Half of the predictions of two classes are right.
  static func accuracy() throws -> RepresentationAccuracy {
    RepresentationAccuracy(
      try Predictions(scores: [1, 0, 1, 0], classes: 2, labels: [0, 1], patients: ["a", "b"]))
  }
}
