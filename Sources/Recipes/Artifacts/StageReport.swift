import Foundation

/// What became of one stage.
public struct StageReport: Sendable {
  /// The stage's title: its name, and from the second on which repetition it is.
  public let name: String
  /// Losses and accuracies on the way.
  public let history: StageHistory
  /// The loss when all embeddings are the same, for a stage whose loss tells them from others.
  public let collapse: Double?
  /// What its search chose.
  public let choice: Search.Point?
  /// How long it took this time.
  public let seconds: Double
  /// Whether its weights were there already.
  public let isReused: Bool
  /// Where its weights lie.
  public let weights: URL
}

/// What became of a pipeline.
public struct Report: Sendable {
  /// The stages in the order they ran.
  public let stages: [StageReport]
  /// The scores of the classifiers, if there were any.
  public let results: Results?
  /// The photographs that could not be read and were passed over.
  public let damaged: [DamagedPhotograph]
  /// How long it all took.
  public let seconds: Double

  /// The report of a stage.
  public subscript(stage name: String) -> StageReport? { stages.first { $0.name == name } }
}
