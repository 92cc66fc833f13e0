/// The counts of blocks that lie one behind another, one for each rank, and where they begin, as an MPI
/// library reads them while an operation is in flight.
final class BlockCounts {
  let counts: UnsafeMutablePointer<Int32>
  let offsets: UnsafeMutablePointer<Int32>
  /// The elements of all blocks.
  let total: Int

  init(_ blocks: [Int]) {
    total = blocks.reduce(0, +)
    counts = .allocate(capacity: blocks.count)
    offsets = .allocate(capacity: blocks.count)
    var offset = 0
    for (rank, count) in blocks.enumerated() {
      (counts + rank).initialize(to: Int32(count))
      (offsets + rank).initialize(to: Int32(offset))
      offset += count
    }
  }

  deinit {
    counts.deallocate()
    offsets.deallocate()
  }

  /// The elements of a rank's block.
  subscript(rank: Int) -> Range<Int> { Int(offsets[rank])..<Int(offsets[rank] + counts[rank]) }
}
