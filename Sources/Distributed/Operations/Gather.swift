/// An all-gather of byte blocks.
final class Gather: Collective {
  let phases = 1
  private let own: UnsafeRawBufferPointer
  private let all: UnsafeMutableRawBufferPointer
  // Nil if all blocks have the same size.
  private let blocks: BlockCounts?
  // Whether the own block is already at its place in the result.
  private let isInPlace: Bool

  init(_ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer, blocks: [Int], rank: Int) {
    self.own = own
    self.all = all
    self.blocks = Set(blocks).count > 1 ? BlockCounts(blocks) : nil
    isInPlace = own.baseAddress == all.baseAddress.map { UnsafeRawPointer($0) + blocks[..<rank].reduce(0, +) }
  }

  func start(phase: Int, in queue: CollectiveQueue) throws(RankFailure) -> MPIRequest? {
    let (library, byte) = (queue.library, queue.library.layout.byte)
    let sent = isInPlace ? library.layout.inPlace : UnsafeMutableRawPointer(mutating: own.baseAddress)
    let size = isInPlace ? 0 : Int32(own.count)
    guard let blocks else {
      let received = Int32(all.count / queue.count)
      return try MPIRequest(library, "MPI_Iallgather") {
        library.iallgather(
          sent, size, byte, all.baseAddress, received, byte, queue.communicator(phase), $0)
      }
    }
    return try MPIRequest(library, "MPI_Iallgatherv") {
      library.iallgatherv(
        sent, size, byte, all.baseAddress, blocks.counts, blocks.offsets, byte, queue.communicator(phase), $0)
    }
  }
}
