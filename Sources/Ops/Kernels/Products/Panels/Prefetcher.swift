/// Memory that will be read soon, of which a product has a line fetched at each step of its sums: what comes
/// from far arrives while there is something to compute.
package struct Prefetcher<T> {
  /// Lines `step` elements apart, to be fetched one at each step of a sum.
  struct Lines {
    let first: UnsafePointer<T>
    let step: Int

    /// Those after some steps.
    @inline(__always)
    func after(_ steps: Int) -> Lines { Lines(first: first + steps &* step, step: step) }
  }
  private var blocks = ReadAheadBlocks()
  private var current = 0, end = 0

  /// Elements that a line of a cache has, or fewer.
  private static var lineElements: Int { 16 }

  /// Adds some elements in one piece. What there is no room for is not fetched ahead.
  @inline(__always)
  mutating func add(_ first: UnsafePointer<T>, count: Int) {
    add(ReadAheadBlocks.Block(first: first, count: count, pitch: 0))
  }

  /// Adds some columns of rows that lie `pitch` apart, one for each step of the sums.
  @inline(__always)
  mutating func add(_ first: UnsafePointer<T>, columns: Int, pitch: Int) {
    add(ReadAheadBlocks.Block(first: first, count: columns, pitch: pitch))
  }

  @inline(__always)
  private mutating func add(_ block: ReadAheadBlocks.Block) {
    if current == end { (current, end) = (0, 0) }
    guard block.count > 0, end < ReadAheadBlocks.count else { return }
    blocks[end] = block
    end += 1
  }

  /// What to fetch during a sum of `depth` steps; `near`, which is at hand, if there is nothing more.
  @inline(__always)
  mutating func next(depth: Int, near: UnsafePointer<T>) -> Lines {
    guard current < end, let first = blocks[current].first else { return Lines(first: near, step: 0) }
    let pitch = blocks[current].pitch
    let place = first.assumingMemoryBound(to: T.self)
    let elements = Prefetcher.lineElements * (pitch == 0 ? depth : 1)
    blocks[current].first = UnsafeRawPointer(place + elements)
    blocks[current].count -= elements
    if blocks[current].count <= 0 { current += 1 }
    return Lines(first: place, step: pitch == 0 ? Prefetcher.lineElements : pitch)
  }
}

/// Room for what a `Prefetcher` has, which an array would allocate for each tile.
private struct ReadAheadBlocks {
  /// Elements in one piece if the pitch is 0, or columns of rows that lie as far apart.
  struct Block {
    var first: UnsafeRawPointer?
    var count = 0
    var pitch = 0
  }

  private var blocks = (Block(), Block(), Block(), Block(), Block(), Block(), Block(), Block())

  static var count: Int { 8 }

  subscript(index: Int) -> Block {
    @inline(__always)
    mutating get {
      withUnsafeMutableBytes(of: &blocks) { $0.assumingMemoryBound(to: Block.self)[index] }
    }
    @inline(__always)
    set {
      withUnsafeMutableBytes(of: &blocks) { $0.assumingMemoryBound(to: Block.self)[index] = newValue }
    }
  }
}
