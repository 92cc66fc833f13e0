import Foundation

/// The results of a pipeline: the metrics of each branch and their paired differences, as stored in
/// `results.json`.
public struct Results: Codable, Sendable, Equatable {
  /// The scores of one branch on the test patients.
  public struct Branch: Sendable, Equatable {
    /// The branch's name.
    public let name: String
    /// Its scores.
    public let scores: Scores
    /// The results of each class, in the order of the classes; empty in a file of an earlier version.
    public let perClass: [ClassMetrics]

    /// Returns the score of a metric; nil if the results file has none.
    ///
    /// - Parameter metric: The metric.
    public subscript(metric: MetricKind) -> Score? { scores[metric] }
  }

  /// The paired difference of two branches on the same test patients.
  public struct Difference: Sendable, Equatable {
    /// The minuend.
    public let of: String
    /// The subtrahend.
    public let over: String
    /// The differences of their scores.
    public let scores: Scores
    /// The tests by the key of their metric; empty in a file of an earlier version.
    var tests: [String: PairedTest]

    /// Returns the test of a metric's difference; nil if there is none.
    ///
    /// - Parameter metric: The metric.
    public func test(of metric: MetricKind) -> PairedTest? { tests[metric.key] }

    /// Returns the difference in a metric; nil if the results file has none.
    ///
    /// - Parameter metric: The metric.
    public subscript(metric: MetricKind) -> Score? { scores[metric] }
  }

  /// A photograph that could not be read.
  public struct Damaged: Codable, Sendable, Equatable {
    /// The photograph's name in its dataset: the path in the manifest or the folder.
    public let file: String
    /// The reason.
    public let reason: String
  }

  /// The number of classes.
  public let classes: Int
  /// The branches, in the order of the pipeline.
  public let branches: [Branch]
  /// The difference of every branch over each preceding one.
  public let differences: [Difference]
  /// The duration of the run in seconds.
  public let seconds: Double
  /// The seed of the run and of the resamples.
  public let seed: UInt64
  /// The photographs that this run skipped because they could not be read.
  public let damaged: [Damaged]
  /// What the run was; nil in a file of an earlier version.
  public let run: RunRecord?

  /// The results of a run without classifiers.
  init(of run: RunRecord?, seconds: Double, seed: UInt64, damaged: [DamagedPhotograph]) {
    (classes, branches, differences) = (0, [], [])
    self.seconds = seconds
    self.seed = seed
    self.damaged = damaged.map { Damaged(file: $0.id, reason: $0.reason) }
    self.run = run
  }

  /// Evaluates branches on the same test patients, with the resamples of ``Bootstrap``.
  ///
  /// Predictions of the same name are repetitions of one branch.
  ///
  /// - Parameters:
  ///   - predictions: The predictions of each branch, with its name.
  ///   - seconds: The duration of the run in seconds.
  ///   - seed: The seed of the resamples.
  ///   - damaged: The photographs that this run skipped because they could not be read.
  ///   - run: What the run was; nil in a file of an earlier version.
  /// - Throws: ``EvaluationError`` if there is no branch or if they do not have the same samples.
  public init(
    evaluating predictions: [(name: String, predictions: Predictions)], seconds: Double, seed: UInt64,
    damaged: [DamagedPhotograph] = [], run: RunRecord? = nil
  ) throws(EvaluationError) {
    let damaged = damaged.map { Damaged(file: $0.id, reason: $0.reason) }
    try self.init(evaluating: predictions, seconds: seconds, seed: seed, passingOver: damaged, run: run)
  }

  init(
    evaluating predictions: [(name: String, predictions: Predictions)], seconds: Double, seed: UInt64,
    passingOver damaged: [Damaged], run: RunRecord?
  ) throws(EvaluationError) {
    guard let first = predictions.first?.predictions else { throw .noSamples(what: "branches") }
    for (_, other) in predictions { try first.checkPaired(with: other) }
    var names: [String] = []
    for (name, _) in predictions where !names.contains(name) { names.append(name) }
    let resamples = Resamples(Bootstrap(seed: seed), patients: first.patients)
    let test = PermutationTest(seed: seed, permutations: 2000)
    let branches = names.map { name in
      EvaluatedBranch(name, predictions.filter { $0.name == name }.map(\.predictions), resamples)
    }
    classes = first.classes
    self.branches = branches.map(\.scored)
    var differences = branches.indices.flatMap { later in
      branches[..<later].map { branches[later].difference(over: $0, by: test) }
    }
    differences.adjustTests()
    self.differences = differences
    self.seconds = seconds
    self.run = run
    self.seed = seed
    self.damaged = damaged
  }
}
