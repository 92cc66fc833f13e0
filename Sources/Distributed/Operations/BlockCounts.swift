/// The sizes and offsets of contiguous blocks, one for each rank, as arrays that an MPI library reads while
/// an operation is in flight.
final class BlockCounts {
  let counts: UnsafeMutablePointer<Int32>
  let offsets: UnsafeMutablePointer<Int32>
  /// The number of elements of all blocks.
  let total: Int

  /// Lays out blocks one after the other.
  ///
  /// - Parameter left: The rank whose block stays where it is, so that it counts as empty.
  init(_ blocks: [Int], leavingOut left: Int? = nil) {
    total = blocks.reduce(0, +)
    counts = .allocate(capacity: blocks.count)
    offsets = .allocate(capacity: blocks.count)
    var offset = 0
    for (rank, count) in blocks.enumerated() {
      (counts + rank).initialize(to: rank == left ? 0 : Int32(count))
      (offsets + rank).initialize(to: Int32(offset))
      offset += count
    }
  }

  deinit {
    counts.deallocate()
    offsets.deallocate()
  }

  /// The range of a rank's block.
  subscript(rank: Int) -> Range<Int> { Int(offsets[rank])..<Int(offsets[rank] + counts[rank]) }
}
