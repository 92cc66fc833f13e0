/// An in-place sum over ranks in the order of `PairwiseTree`, with the same bits on every rank and with every
/// library.
///
/// Each rank sums one slice of the tensor: an all-to-all distributes the slices, and an all-gather collects
/// the sums. This moves as many bytes as a ring all-reduce.
final class OrderedSum: Collective {
  let phases = 2
  private let values: UnsafeMutableBufferPointer<Float>
  private let slices: BlockCounts
  // The slices of other ranks, and theirs of this one's: its own stays where it is.
  private let sent: BlockCounts
  private let received: BlockCounts
  private let rank: Int
  private var parts: UnsafeMutableBufferPointer<Float>?

  init(_ values: UnsafeMutableBufferPointer<Float>, rank: Int, count: Int) {
    self.values = values
    self.rank = rank
    let ends = (0...count).map { values.count * $0 / count }
    let sizes = zip(ends, ends.dropFirst()).map { $1 - $0 }
    slices = BlockCounts(sizes)
    sent = BlockCounts(sizes, leavingOut: rank)
    received = BlockCounts((0..<count).map { $0 == rank ? 0 : sizes[rank] })
  }

  func start(phase: Int, in queue: CollectiveQueue) throws(RankFailure) -> MPIRequest? {
    let (float, communicator) = (queue.library.layout.float, queue.communicator(phase))
    if phase == 0 {
      let parts = queue.scratch.take(received.total)
      self.parts = parts
      return try MPIRequest(queue.library, "MPI_Ialltoallv") {
        queue.library.ialltoallv(
          values.baseAddress, sent.counts, sent.offsets, float, parts.baseAddress, received.counts,
          received.offsets, float, communicator, $0)
      }
    }
    add(queue)
    return try MPIRequest(queue.library, "MPI_Iallgatherv") {
      queue.library.iallgatherv(
        queue.library.layout.inPlace, 0, float, values.baseAddress, slices.counts, slices.offsets, float,
        communicator, $0)
    }
  }

  private func add(_ queue: CollectiveQueue) {
    guard let parts, let all = parts.baseAddress, let own = values.baseAddress else { return }
    let target = own + slices[rank].lowerBound
    let vectors = (0..<queue.count).map { $0 == rank ? target : all + received[$0].lowerBound }
    PairwiseTree.sum(vectors, into: target, length: slices[rank].count)
    queue.scratch.give(parts)
    self.parts = nil
  }
}
