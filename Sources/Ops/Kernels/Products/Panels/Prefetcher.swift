/// A queue of memory that will be read soon. A product prefetches one cache line of it at each step of its
/// sums, to overlap memory latency with arithmetic.
package struct Prefetcher {
  /// Cache lines `step` bytes apart, one to prefetch at each step of a sum.
  struct Lines {
    let first: UnsafeRawPointer
    let step: Int

    /// Returns the lines after some steps.
    @inline(__always)
    func after(_ steps: Int) -> Lines { Lines(first: first + steps &* step, step: step) }
  }
  private var blocks = ReadAheadBlocks()
  private var current = 0, end = 0
  // The panel before the queue, what is left of it, and whether the queue waits after it.
  private var panel: UnsafeRawPointer?, panelBytes = 0
  private var isHeld = false
  /// The cache lines in the queue, about.
  private(set) var lines = 0

  /// The bytes of a cache line, or fewer.
  static var lineBytes: Int { 64 }

  /// Creates an empty queue.
  @inline(__always)
  package init() {}

  /// Adds contiguous elements. If the queue is full, they are not prefetched.
  @inline(__always)
  mutating func add<Element>(_ first: UnsafePointer<Element>, count: Int) {
    add(ReadAheadBlocks.Block(first: first, bytes: count * MemoryLayout<Element>.stride))
  }

  /// Adds some columns of rows that are `pitch` elements apart.
  @inline(__always)
  mutating func add<Element>(_ first: UnsafePointer<Element>, rows: Int, columns: Int, pitch: Int) {
    let size = MemoryLayout<Element>.stride
    add(ReadAheadBlocks.Block(first: first, bytes: columns * size, rows: rows, pitch: pitch * size))
  }

  @inline(__always)
  private mutating func add(_ block: ReadAheadBlocks.Block) {
    if current == end { (current, end, lines) = (0, 0, 0) }
    guard block.bytes > 0, end < ReadAheadBlocks.count else { return }
    blocks[end] = block
    end += 1
    lines += max(1, block.rows) * pieces(of: Prefetcher.lineBytes, in: block.bytes)
  }

  /// Puts the panel that a product reads next before the queue, in place of the panel before.
  ///
  /// - Parameter isHeld: Whether the queue waits for another call. What is prefetched long before it is read
  ///   leaves the cache again while large panels pass through it.
  @inline(__always)
  mutating func put<Element>(panel: UnsafePointer<Element>, count: Int, isHeld: Bool) {
    (self.panel, panelBytes) = (UnsafeRawPointer(panel), count * MemoryLayout<Element>.stride)
    self.isHeld = isHeld
  }

  /// Returns the lines to prefetch during a sum of `depth` steps, or `near`, already in cache, if the queue
  /// is empty.
  @inline(__always)
  mutating func next(depth: Int, near: UnsafeRawPointer) -> Lines {
    if panelBytes > 0, let first = panel {
      panel = first + depth &* Prefetcher.lineBytes
      panelBytes -= depth &* Prefetcher.lineBytes
      return Lines(first: first, step: Prefetcher.lineBytes)
    }
    guard !isHeld, current < end, let first = blocks[current].first else {
      return Lines(first: near, step: 0)
    }
    lines -= depth
    let block = blocks[current]
    if block.rows == 0 {
      blocks[current].pass(depth * Prefetcher.lineBytes)
    } else {
      // A line of each row, then the next.
      blocks[current].row += depth
      if block.row + depth >= block.rows {
        blocks[current].row = 0
        blocks[current].pass(Prefetcher.lineBytes)
      }
    }
    if blocks[current].bytes <= 0 { current += 1 }
    return Lines(
      first: first + block.row &* block.pitch, step: block.rows == 0 ? Prefetcher.lineBytes : block.pitch)
  }
}

/// The storage of a `Prefetcher`; an array would be allocated for each tile.
private struct ReadAheadBlocks {
  /// Contiguous bytes if there are no rows, or as many of each of the rows that are `pitch` apart.
  struct Block {
    var first: UnsafeRawPointer?
    var bytes = 0
    var rows = 0, pitch = 0
    /// The row to go on with.
    var row = 0

    @inline(__always)
    mutating func pass(_ bytes: Int) {
      first = first.map { $0 + bytes }
      self.bytes -= bytes
    }
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
