/// An in-place sum over ranks in the order that the library chooses.
final class FastSum: Collective {
  let phases = 1
  private let values: UnsafeMutableBufferPointer<Float>

  init(_ values: UnsafeMutableBufferPointer<Float>) { self.values = values }

  func start(phase: Int, in queue: CollectiveQueue) throws(RankFailure) -> MPIRequest? {
    let layout = queue.library.layout
    return try MPIRequest(queue.library, "MPI_Iallreduce") {
      queue.library.iallreduce(
        layout.inPlace, values.baseAddress, Int32(values.count), layout.float, layout.sum,
        queue.communicator(phase), $0)
    }
  }
}
