/// The time after which a silent process is considered lost.
enum TimeLimit {
  /// The possible limits in seconds.
  static let range = 1.0...1_000_000
  private static let variable = "LOUPE_MPI_TIMEOUT"

  /// The seconds from the environment; 45 by default, so that a run that loses a rank ends within a minute.
  static func seconds(_ environment: [String: String]) throws(DistributedError) -> Double {
    guard let value = environment[variable] else { return 45 }
    guard let seconds = Double(value), range.contains(seconds) else {
      throw .limit(variable: variable, value: value)
    }
    return seconds
  }
}
