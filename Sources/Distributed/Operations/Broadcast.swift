/// A broadcast of bytes.
final class Broadcast: Collective {
  let phases = 1
  private let bytes: UnsafeMutableRawBufferPointer
  private let root: Int

  init(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) {
    self.bytes = bytes
    self.root = root
  }

  func start(phase: Int, in queue: CollectiveQueue) throws(RankFailure) -> MPIRequest? {
    try MPIRequest(queue.library, "MPI_Ibcast") {
      queue.library.ibcast(
        bytes.baseAddress, Int32(bytes.count), queue.library.layout.byte, Int32(root),
        queue.communicator(phase), $0)
    }
  }
}
