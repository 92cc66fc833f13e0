import Foundation

/// What a pipeline found: the metrics of each branch and how the branches compare, as `results.json` holds
/// them.
public struct Results: Codable, Sendable, Equatable {
  /// The metrics of one branch on the test patients.
  public struct Branch: Codable, Sendable, Equatable {
    /// The branch's name.
    public let name: String
    /// The fraction of samples whose label scores highest.
    public let top1: Interval
    /// The fraction of samples whose label is among the three of the highest score.
    public let top3: Interval
    /// The mean sensitivity over classes.
    public let balanced: Interval
    /// The area under the curve of one class against the rest, averaged over classes.
    public let auc: Interval

    /// A branch of the given name, its predictions evaluated.
    public init(name: String, predictions: Predictions, bootstrap: Bootstrap) {
      func interval(_ metric: some Metric) -> Interval {
        bootstrap.interval(of: metric, patients: predictions.patients)
      }
      self.name = name
      top1 = interval(TopAccuracy(predictions, k: 1))
      top3 = interval(TopAccuracy(predictions, k: 3))
      balanced = interval(BalancedAccuracy(predictions))
      auc = interval(MacroAUC(predictions))
    }
  }

  /// By how much one branch is better than another on the same test patients.
  public struct Difference: Codable, Sendable, Equatable {
    /// The branch that comes first in the subtraction.
    public let of: String
    /// The branch that is subtracted.
    public let over: String
    /// The difference of the top-1 accuracies.
    public let top1: Interval
  }

  /// The number of classes.
  public let classes: Int
  /// The branches, in the order of the pipeline.
  public let branches: [Branch]
  /// Every branch over each one before it.
  public let differences: [Difference]
  /// How long the run took, in seconds.
  public let seconds: Double
  /// The seed of the run and of the resamples.
  public let seed: UInt64

  /// Evaluates branches on the same test patients, with the resamples of ``Bootstrap``.
  ///
  /// Throws ``EvaluationError`` if there is no branch or if they are not about the same samples.
  public init(
    evaluating branches: [(name: String, predictions: Predictions)], seconds: Double, seed: UInt64
  ) throws(EvaluationError) {
    guard let classes = branches.first?.predictions.classes else { throw .noSamples(what: "branches") }
    let bootstrap = Bootstrap(seed: seed)
    var differences: [Difference] = []
    for (index, later) in branches.enumerated() {
      for earlier in branches.prefix(index) {
        let top1 = try bootstrap.difference(of: later.predictions, over: earlier.predictions) {
          TopAccuracy($0, k: 1)
        }
        differences.append(Difference(of: later.name, over: earlier.name, top1: top1))
      }
    }
    self.classes = classes
    self.branches = branches.map {
      Branch(name: $0.name, predictions: $0.predictions, bootstrap: bootstrap)
    }
    self.differences = differences
    self.seconds = seconds
    self.seed = seed
  }

  /// Writes `results.json`: pretty-printed, keys in alphabetical order, whole or not at all.
  ///
  /// Throws ``FileError`` if the file cannot be written.
  public func write(to file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(encoder.encode(self) + Data("\n".utf8), to: file)
  }

  /// Reads what ``write(to:)`` wrote.
  ///
  /// Throws ``FileError`` if the file cannot be read or does not hold results.
  public init(contentsOf file: URL) throws(FileError) {
    do {
      self = try JSONDecoder().decode(Results.self, from: Data(contentsOf: file))
    } catch {
      throw FileError.unreadable(file: file.path, reason: FileError.reason(of: error))
    }
  }
}
