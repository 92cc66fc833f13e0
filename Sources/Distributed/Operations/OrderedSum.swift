/// An in-place sum over ranks in the order of `PairwiseTree`, with the same bits on every rank and with every
/// library.
///
/// Each rank sums one slice of the tensor: an all-to-all distributes the slices, and an all-gather collects
/// the sums. This moves as many bytes as a ring all-reduce.
final class OrderedSum: Collective {
  let phases = 2
  private let values: UnsafeMutableBufferPointer<Float>
  private let slices: BlockCounts
  private let received: BlockCounts
  private let rank: Int
  private var parts: UnsafeMutableBufferPointer<Float>?

  init(_ values: UnsafeMutableBufferPointer<Float>, rank: Int, count: Int) {
    self.values = values
    self.rank = rank
    let ends = (0...count).map { values.count * $0 / count }
    slices = BlockCounts(zip(ends, ends.dropFirst()).map { $1 - $0 })
    received = BlockCounts(Array(repeating: ends[rank + 1] - ends[rank], count: count))
  }

  func start(phase: Int, in queue: CollectiveQueue) throws(RankFailure) -> MPIRequest? {
    let (float, communicator) = (queue.library.layout.float, queue.communicator(phase))
    if phase == 0 {
      let parts = queue.scratch.take(received.total)
      self.parts = parts
      return try MPIRequest(queue.library, "MPI_Ialltoallv") {
        queue.library.ialltoallv(
          values.baseAddress, slices.counts, slices.offsets, float, parts.baseAddress, received.counts,
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
    guard let parts, let all = parts.baseAddress, let target = values.baseAddress else { return }
    let length = slices[rank].count
    PairwiseTree.sum(all, count: queue.count, length: length)
    (target + slices[rank].lowerBound).update(from: all, count: length)
    queue.scratch.give(parts)
    self.parts = nil
  }
}
