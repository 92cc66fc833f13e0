/// A barrier.
final class Barrier: Collective {
  let phases = 1

  func start(phase: Int, in queue: CollectiveQueue) throws(RankFailure) -> MPIRequest? {
    try MPIRequest(queue.library, "MPI_Ibarrier") { queue.library.ibarrier(queue.communicator(phase), $0) }
  }
}
