/// An operation that is complete when every rank has reached it.
final class Barrier: Collective {
  let phases = 1

  func start(phase: Int, in lane: Lane) throws(RankFailure) -> MPIRequest? {
    try MPIRequest(lane.library, "MPI_Ibarrier") { lane.library.ibarrier(lane.communicator(phase), $0) }
  }
}
