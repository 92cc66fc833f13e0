import Foundation

/// The outcome of one stage.
public struct StageReport: Sendable {
  /// The stage's title: its name, with the number of the repetition from the second one on.
  public let name: String
  /// The losses and accuracies during training.
  public let history: StageHistory
  /// The loss of identical embeddings, for a contrastive stage.
  public let collapse: Double?
  /// The choice of its search.
  public let choice: Search.Point?
  /// The duration in this run, in seconds.
  public let seconds: Double
  /// Whether finished weights were reused.
  public let isReused: Bool
  /// The weight file.
  public let weights: URL
}

/// The outcome of a pipeline.
public struct Report: Sendable {
  /// The stages in order of execution.
  public let stages: [StageReport]
  /// The scores of the classifiers, if any.
  public let results: Results?
  /// The unreadable photographs that were skipped.
  public let damaged: [DamagedPhotograph]
  /// The total duration in seconds.
  public let seconds: Double
  /// The page of the run; nil if there is none.
  public let page: URL?

  /// Returns the report of a stage.
  ///
  /// - Parameter name: The name of the stage.
  public subscript(stage name: String) -> StageReport? { stages.first { $0.name == name } }
}
