/// The time for which a process may not be heard of.
enum TimeLimit {
  private static let variable = "LOUPE_MPI_TIMEOUT"

  /// The seconds that an environment sets, or a minute.
  static func seconds(_ environment: [String: String]) throws(DistributedError) -> Double {
    guard let value = environment[variable] else { return 60 }
    guard let seconds = Double(value), seconds >= 1, seconds.isFinite else {
      throw .limit(variable: variable, value: value)
    }
    return seconds
  }
}
