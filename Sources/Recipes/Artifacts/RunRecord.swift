import Foundation

/// What a run was: its stages, data, settings and machine. Stored in `results.json` beside the results.
public struct RunRecord: Codable, Sendable, Equatable {
  /// The pipeline's name.
  public let pipeline: String
  /// The version of the package and everything else that affects rounding.
  public let made: String
  /// The command line, or nil for a run from code.
  public let command: [String]?
  /// The settings of the program by name, as its settings file has them; empty for a run from code.
  public let settings: [String: String]
  /// The times of the beginning and the end, as ISO 8601 in UTC.
  public let began: String
  public let ended: String
  /// The side of the views in pixels.
  public let size: Int
  public let stages: [Stage]
  public let data: Data
  public let host: Host

  /// A stage of the pipeline.
  public struct Stage: Codable, Sendable, Equatable {
    /// The title: the name, with the number of the repetition from the second one on.
    public let title: String
    public let name: String
    public let repetition: Int
    /// The title of the stage whose weights it starts from.
    public let predecessor: String?
    /// The data it reads in one line, such as `labelled(train)`.
    public let input: String
    /// Its components, a line each.
    public let lines: [String]
    public let isClassifier: Bool
    /// The loss of identical embeddings, for a contrastive stage.
    public let collapse: Double?
    /// The choice of its search.
    public let choice: String?
    /// The number of trained parameters.
    public let parameters: Int
    /// The names of its files in the folder of the run; predictions only for a classifier.
    public let weights: String
    public let predictions: String?
    /// A hash of the weight file.
    public let weightsHash: String
    /// The duration in the run that trained it, 0 if it was reused.
    public let seconds: Double
    public let isReused: Bool
  }

  /// The photographs.
  public struct Data: Codable, Sendable, Equatable {
    /// The origin, and a hash of everything that the results depend on.
    public let source: String
    public let fingerprint: String
    public let channels: Int
    public let classes: [String]
    /// The counts by split.
    public let splits: [SplitCount]
    /// The other columns of the manifest.
    public let attributes: [String]
    /// What was left out before the run, by reason, such as rows of the manifest.
    public let leftOut: [LeftOut]
  }

  /// The size of a split.
  public struct SplitCount: Codable, Sendable, Equatable {
    public let split: Split
    public let photographs: Int
    public let patients: Int
    /// The labelled photographs of each class.
    public let labelled: [Int]
  }

  /// Photographs or rows that were left out for one reason.
  public struct LeftOut: Codable, Sendable, Equatable {
    public let reason: String
    public let count: Int

    /// Creates a reason and the number of rows or photographs that were left out for it.
    public init(reason: String, count: Int) { (self.reason, self.count) = (reason, count) }
  }

  /// The machine.
  public struct Host: Codable, Sendable, Equatable {
    public let processor: String
    public let system: String
    public let cores: Int
    public let threads: Int
    /// The memory in bytes.
    public let memory: UInt64
  }
}
