/// An operation in which all ranks of a communicator take part, divided into phases that follow each other.
protocol Collective: AnyObject {
  var phases: Int { get }

  /// Starts a phase after the one before is complete; nil if it is complete at once.
  ///
  /// The buffers stay where they are until the last phase is complete.
  func start(phase: Int, in lane: Lane) throws(RankFailure) -> MPIRequest?
}
