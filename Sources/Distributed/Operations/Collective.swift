/// A collective operation of a communicator, or a message between two ranks, in one or two phases.
protocol Collective: AnyObject {
  /// The number of phases.
  var phases: Int { get }
  /// Whether it moves data as soon as it is started.
  var isTransfer: Bool { get }

  /// Starts a phase after the previous one is complete. Returns nil if the phase is already complete.
  ///
  /// Buffers must be valid until the last phase is complete.
  func start(phase: Int, in queue: CollectiveQueue) throws(RankFailure) -> MPIRequest?
}

extension Collective {
  var isTransfer: Bool { true }
}
