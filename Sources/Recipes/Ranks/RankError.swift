/// A reason that the ranks of a launch cannot run together.
public enum RankError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The MPI library is missing, or does not fit the launcher or the settings.
  case unconnected(reason: String)
  /// A rank could not do its part.
  case failed(rank: String, reason: String)
  /// A rank has other photographs or settings than the first one.
  case different(rank: String)
  /// A stage's batches cannot be shared.
  case indivisible(stage: String, chunks: Int, ranks: Int)

  /// A message: what happened, and what to do.
  public var description: String {
    switch self {
    case .unconnected(let reason): reason
    case .failed(let rank, let reason): "\(rank) could not go on: \(reason)".printableLines
    case .different(let rank):
      "\(rank) plans other stages than the first rank: start all with the same arguments, program and photographs."
    case .indivisible(let stage, let chunks, let ranks):
      "\(ranks) ranks cannot share the \(chunks) chunks of a batch of \"\(stage)\": each takes as many, a power of two; "
        + "use \(ranks) chunks, or 2, 4, … times as many, or train it beside others, as points of a search and "
        + "repetitions are, on groups of ranks."
    }
  }
}
