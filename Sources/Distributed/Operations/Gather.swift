/// Blocks of bytes of all ranks, one behind another, on every rank.
final class Gather: Collective {
  let phases = 1
  private let own: UnsafeRawBufferPointer
  private let all: UnsafeMutableRawBufferPointer
  // Nil if the blocks have the same size.
  private let blocks: BlockCounts?
  // The own block may be in its place already.
  private let isInPlace: Bool

  init(_ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer, blocks: [Int], rank: Int) {
    self.own = own
    self.all = all
    self.blocks = Set(blocks).count > 1 ? BlockCounts(blocks) : nil
    isInPlace = own.baseAddress == all.baseAddress.map { UnsafeRawPointer($0) + blocks[..<rank].reduce(0, +) }
  }

  func start(phase: Int, in lane: Lane) throws(RankFailure) -> MPIRequest? {
    let (library, byte) = (lane.library, lane.library.layout.byte)
    let sent = isInPlace ? library.layout.inPlace : UnsafeMutableRawPointer(mutating: own.baseAddress)
    let size = isInPlace ? 0 : Int32(own.count)
    guard let blocks else {
      let received = Int32(all.count / lane.count)
      return try MPIRequest(library, "MPI_Iallgather") {
        library.iallgather(
          sent, size, byte, all.baseAddress, received, byte, lane.communicator(phase), $0)
      }
    }
    return try MPIRequest(library, "MPI_Iallgatherv") {
      library.iallgatherv(
        sent, size, byte, all.baseAddress, blocks.counts, blocks.offsets, byte, lane.communicator(phase), $0)
    }
  }
}
