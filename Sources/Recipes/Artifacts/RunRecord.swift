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
  /// The time of the beginning, as ISO 8601 in UTC.
  public let began: String
  /// The time of the end.
  public let ended: String
  /// The side of the views in pixels.
  public let size: Int
  /// The stages in the order of execution.
  public let stages: [Stage]
  /// The photographs.
  public let data: Data
  /// The machine; on several, that of the first rank.
  public let host: Host
  /// The processes that computed the steps together; nil for one.
  public var ranks: Ranks?
  /// The seeds of the runs of a ``RunCollection`` that has several.
  public internal(set) var seeds: [UInt64]?

  /// A stage of the pipeline.
  public struct Stage: Codable, Sendable, Equatable {
    /// The title: the name, with the number of the repetition from the second one on.
    public let title: String
    /// The name.
    public let name: String
    /// The index of the repetition.
    public let repetition: Int
    /// The title of the stage whose weights it starts from.
    public let predecessor: String?
    /// The data it reads in one line, such as `labelled(train)`.
    public let input: String
    /// Its components, a line each.
    public let lines: [String]
    /// Whether it trains a classifier.
    public let isClassifier: Bool
    /// The loss of identical embeddings, for a contrastive stage.
    public let collapse: Double?
    /// The choice of its search.
    public let choice: String?
    /// The number of trained parameters.
    public let parameters: Int
    /// The name of its weight file in the folder of the run; the path of it for a run of ``RunCollection``.
    public let weights: String
    /// The name of its table of predictions, for a classifier that is evaluated.
    public let predictions: String?
    /// A hash of the weight file.
    public let weightsHash: String
    /// The duration in the run that trained it, 0 if it was reused.
    public let seconds: Double
    /// Whether an earlier run trained it.
    public let isReused: Bool
  }

  /// The photographs.
  public struct Data: Codable, Sendable, Equatable {
    /// The origin of the pixels that are not in memory.
    public let source: String
    /// A hash of everything that the results depend on.
    public let fingerprint: String
    /// The number of channels of a photograph.
    public let channels: Int
    /// The names of the classes.
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
    /// The split.
    public let split: Split
    /// The number of photographs.
    public let photographs: Int
    /// The number of patients.
    public let patients: Int
    /// The labelled photographs of each class.
    public let labelled: [Int]
  }

  /// Photographs or rows that were left out for one reason.
  public struct LeftOut: Codable, Sendable, Equatable {
    /// The reason.
    public let reason: String
    /// The number of rows or photographs.
    public let count: Int

    /// Creates a reason and the number of rows or photographs that were left out for it.
    ///
    /// - Parameters:
    ///   - reason: The reason.
    ///   - count: The number of rows or photographs.
    public init(reason: String, count: Int) { (self.reason, self.count) = (reason, count) }
  }

  /// The machine.
  public struct Host: Codable, Sendable, Equatable {
    /// The processor's name.
    public let processor: String
    /// The operating system.
    public let system: String
    /// The number of processors.
    public let cores: Int
    /// The number of threads that the run used.
    public let threads: Int
    /// The memory in bytes.
    public let memory: UInt64
  }

  /// The processes of a run.
  public struct Ranks: Codable, Sendable, Equatable {
    /// The host of each.
    public let hosts: [String]
    /// The MPI library.
    public let library: String
    /// Whether gradients are added to the same bits for any number of ranks.
    public let isExact: Bool

    /// The ranks in words.
    public var summary: String {
      let names = Set(hosts).sorted().joined(separator: ", ")
      return "\(hosts.count) ranks on \(names), connected by \(library)"
        + (isExact
          ? "" : ", which adds gradients in its own order: the last bits of the weights depend on it")
    }
  }
}

extension RunRecord {
  /// The choices of searches by the name of their stage, for ``Pipeline/choosing(_:)``.
  public var choices: [String: Search.Point] {
    let chosen = stages.compactMap { stage in
      stage.choice.flatMap(Search.Point.init).map { (stage.name, $0) }
    }
    return Dictionary(chosen) { first, _ in first }
  }
}

extension RunRecord.Stage {
  /// Whether it was trained in mixed precision.
  var isMixed: Bool { lines.contains(Precision.mixed.summary) }

  /// The split that a classifier is evaluated on, by its line `Evaluate(on: test, …)`.
  var evaluated: Split {
    Split.allCases.first { split in lines.contains { $0.hasPrefix("Evaluate(on: \(split),") } } ?? .test
  }
}
