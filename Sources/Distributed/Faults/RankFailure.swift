/// A runtime failure of a launch, after which all of its processes must end.
package enum RankFailure: Error, Sendable, CustomStringConvertible {
  /// A rank from which no heartbeat arrives.
  package struct Lost: Equatable, Sendable {
    package let rank: Int
    package let host: String
  }

  /// Ranks have been silent for `seconds`; `others` is the number of all other ranks.
  case lost([Lost], others: Int, seconds: Double)
  /// All ranks wait, and none has completed an operation for `seconds`.
  case stalled(seconds: Double)
  /// A call of the MPI library returned an error.
  case call(String, message: String)
  /// A call of the MPI library has not returned for `seconds`.
  case stuck(seconds: Double)

  /// A message: what happened.
  package var description: String {
    switch self {
    case .lost(let lost, let others, let seconds) where lost.count == others && others > 1:
      "None of the \(others) other processes has been heard of for \(Int(seconds)) seconds: this "
        + "machine may be cut off from the network."
    case .lost(let lost, _, let seconds):
      "R" + lost.map { "rank \($0.rank) on host \($0.host)" }.joined(separator: ", ").dropFirst()
        + (lost.count == 1 ? " has" : " have") + " not been heard of for \(Int(seconds)) seconds; "
        + (lost.count == 1 ? "it" : "they") + " may be stopped, cut off or dead."
    case .stalled(let seconds):
      "All processes are there and wait for each other, but nothing has been exchanged for "
        + "\(Int(seconds)) seconds: the network may drop large packets, or the processes are not the same "
        + "program with the same settings."
    case .call(let call, let message):
      "\(call) failed: \(message). Another process may have ended; see its messages."
    case .stuck(let seconds):
      "The MPI library has not returned for \(Int(seconds)) seconds: another process may be stopped, cut "
        + "off or dead."
    }
  }
}
