/// The division of a communicator into groups.
///
/// MPI has no non-blocking split, so a barrier comes first: then all ranks are ready and it blocks briefly.
final class Split: Collective {
  let phases = 2
  private let group: Int
  /// The queue of this rank's group, once the operation is complete.
  private(set) var queue: CollectiveQueue?

  init(_ group: Int) { self.group = group }

  func start(phase: Int, in queue: CollectiveQueue) throws(RankFailure) -> MPIRequest? {
    let library = queue.library
    if phase == 0 {
      return try MPIRequest(library, "MPI_Ibarrier") { library.ibarrier(queue.communicator(phase), $0) }
    }
    var communicator = 0 as MPIHandle
    try library.check(
      library.commSplit(queue.communicator(phase), Int32(group), Int32(queue.rank), &communicator),
      "MPI_Comm_split")
    self.queue = try CollectiveQueue(library, communicator)
    return nil
  }
}
