/// What a run was started with, for its record.
public struct RunOrigin: Sendable, Equatable {
  /// The command line; nil for a run from code.
  public var command: [String]?
  /// The settings of the program by name.
  public var settings: [String: String]
  /// What was left out of the photographs before the run, by reason.
  public var leftOut: [RunRecord.LeftOut]

  /// Creates an origin.
  ///
  /// - Parameters:
  ///   - command: The command line; nil for a run from code.
  ///   - settings: The settings of the program by name.
  ///   - leftOut: What was left out of the photographs before the run, by reason.
  public init(
    command: [String]? = nil, settings: [String: String] = [:], leftOut: [RunRecord.LeftOut] = []
  ) {
    (self.command, self.settings, self.leftOut) = (command, settings, leftOut)
  }
}

extension ManifestReading {
  /// The rows or files that were skipped, by reason.
  public var leftOut: [RunRecord.LeftOut] {
    var counts: [String: Int] = [:]
    for problem in problems where problem.skipsRow { counts[problem.fault.kind, default: 0] += 1 }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      .init(reason: $0.key, count: $0.value)
    }
  }
}
