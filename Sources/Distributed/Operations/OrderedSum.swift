/// The sum of the ranks' tensors in place, added in the order of `PairwiseTree`, so that it has the same bits
/// with every library and on every rank.
///
/// Every rank adds a slice: all-to-all brings it the slices of the others, and all-gather its sum to them. As
/// many bytes are moved as by a ring's all-reduce.
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

  func start(phase: Int, in lane: Lane) throws(RankFailure) -> MPIRequest? {
    let (float, communicator) = (lane.library.layout.float, lane.communicator(phase))
    if phase == 0 {
      let parts = lane.scratch.take(received.total)
      self.parts = parts
      return try MPIRequest(lane.library, "MPI_Ialltoallv") {
        lane.library.ialltoallv(
          values.baseAddress, slices.counts, slices.offsets, float, parts.baseAddress, received.counts,
          received.offsets, float, communicator, $0)
      }
    }
    add(lane)
    return try MPIRequest(lane.library, "MPI_Iallgatherv") {
      lane.library.iallgatherv(
        lane.library.layout.inPlace, 0, float, values.baseAddress, slices.counts, slices.offsets, float,
        communicator, $0)
    }
  }

  private func add(_ lane: Lane) {
    guard let parts, let all = parts.baseAddress, let target = values.baseAddress else { return }
    let length = slices[rank].count
    PairwiseTree.sum(all, count: lane.count, length: length)
    (target + slices[rank].lowerBound).update(from: all, count: length)
    lane.scratch.give(parts)
    self.parts = nil
  }
}
