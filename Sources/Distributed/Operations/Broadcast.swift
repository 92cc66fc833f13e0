/// The bytes of one rank on every rank.
final class Broadcast: Collective {
  let phases = 1
  private let bytes: UnsafeMutableRawBufferPointer
  private let root: Int

  init(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) {
    self.bytes = bytes
    self.root = root
  }

  func start(phase: Int, in lane: Lane) throws(RankFailure) -> MPIRequest? {
    try MPIRequest(lane.library, "MPI_Ibcast") {
      lane.library.ibcast(
        bytes.baseAddress, Int32(bytes.count), lane.library.layout.byte, Int32(root),
        lane.communicator(phase), $0)
    }
  }
}
