/// The time after which a silent process is considered lost.
enum TimeLimit {
  private static let variable = "LOUPE_MPI_TIMEOUT"

  /// The seconds from the environment; a minute by default.
  static func seconds(_ environment: [String: String]) throws(DistributedError) -> Double {
    guard let value = environment[variable] else { return 60 }
    guard let seconds = Double(value), seconds >= 1, seconds.isFinite else {
      throw .limit(variable: variable, value: value)
    }
    return seconds
  }
}
