/// An elementwise computation over rows of equal length, with fused reductions: a standalone loop, or the
/// epilogue or prologue of a product.
package struct LoopPlan: Sendable {
  /// A tensor read: its buffer slice, and its strides along the outer axes and the columns (0 for
  /// broadcasting).
  package struct Leaf: Sendable {
    package let place: BufferSlice
    package let outerStrides: [Int]
    package let columnStride: Int

    package init(place: BufferSlice, outerStrides: [Int], columnStride: Int) {
      self.place = place
      self.outerStrides = outerStrides
      self.columnStride = columnStride
    }

    /// Returns whether rows follow one another at a distance, given their strides along the outer axes.
    package static func areContiguous(_ strides: [Int], over outer: [Int], at distance: Int) -> Bool {
      var expected = distance
      for (extent, stride) in zip(outer, strides).reversed() {
        if extent != 1 && stride != expected { return false }
        expected *= extent
      }
      return true
    }
  }

  /// One value of the computation, for every element of a block or for each of its rows.
  package enum Step: Sendable {
    case leaf(Int)
    case constant(Double)
    /// The results of a reduction over the columns of this loop, one per row; `offset` is that of the first
    /// row's among all results of the reduction.
    case reduced(Int, offset: Int)
    case apply(any Elementwise, [Int])

    /// The steps it reads.
    package var sources: [Int] {
      switch self {
      case .leaf, .constant, .reduced: return []
      case .apply(_, let sources): return sources
      }
    }
  }

  /// A value written to memory.
  package struct Store: Sendable {
    package let step: Int
    /// The destination; nil if the caller of the loop provides it.
    package let place: BufferSlice?
    /// Whether it is a column vector: one value per row.
    package let isColumn: Bool

    package init(step: Int, place: BufferSlice?, isColumn: Bool = false) {
      self.step = step
      self.place = place
      self.isColumn = isColumn
    }
  }

  /// A reduction of a value over columns, rows or both.
  package struct Reduction: Sendable {
    package enum Pattern: Sendable, Hashable {
      /// Over the rows of a segment: one result per column.
      case overRows
      /// Over the columns: one result per row.
      case overColumns
      /// Over the rows of a segment and the columns: one result per segment.
      case overBoth
    }
    package let step: Int
    package let operation: any Ops.Reduction.Type
    package let pattern: Pattern
    package let place: BufferSlice

    package init(step: Int, operation: any Ops.Reduction.Type, pattern: Pattern, place: BufferSlice) {
      self.step = step
      self.operation = operation
      self.pattern = pattern
      self.place = place
    }
  }

  /// The extents of the axes before the columns; their product is the number of rows.
  package let outer: [Int]
  /// The length of a row.
  package let columns: Int
  /// The number of equal segments of rows; reductions over rows have one result per segment.
  package let segments: Int
  package let leaves: [Leaf]
  package let steps: [Step]
  package let stores: [Store]
  package let reductions: [Reduction]

  package init(
    outer: [Int], columns: Int, segments: Int, leaves: [Leaf], steps: [Step], stores: [Store],
    reductions: [Reduction]
  ) {
    self.outer = outer
    self.columns = columns
    self.segments = segments
    self.leaves = leaves
    self.steps = steps
    self.stores = stores
    self.reductions = reductions
  }

  /// A loop that reads rows of a tensor, to the memory that its caller provides.
  static func reading(_ place: BufferSlice, _ shape: Shape) -> LoopPlan {
    let columns = shape[-1]
    return LoopPlan(
      outer: [shape.count / max(1, columns)], columns: columns, segments: 1,
      leaves: [Leaf(place: place, outerStrides: [columns], columnStride: 1)], steps: [.leaf(0)],
      stores: [Store(step: 0, place: nil)], reductions: [])
  }

  /// Whether it only reads a tensor in bfloat16.
  var onlyWidens: Bool {
    if case .leaf(let leaf) = steps[0], steps.count == 1 {
      leaves[leaf].place.storage == .bfloat16
    } else {
      false
    }
  }

  /// The number of rows.
  package var rows: Int { outer.reduce(1, *) }

  // As many rows as fit a block's values in the L1 cache; twice as many if steps read what rows are reduced
  // to, as such a step takes as long for a few rows as for one.
  var rowsPerBlock: Int { max(1, (readsReductions ? 2 : 1) * LoopPlan.blockElements / max(1, columns)) }
  private var readsReductions: Bool {
    steps.contains { if case .reduced = $0 { true } else { false } }
  }
  // Columns in a block; longer rows are divided into several blocks.
  var columnsPerBlock: Int { columns <= LoopPlan.mostColumnsPerBlock ? columns : LoopPlan.blockElements }
  // Whether column vectors are repeated along the rows: where rows are short, which takes less time than to
  // compute each row by itself.
  var repeatsColumns: Bool { columns < 128 }

  static let blockElements = 1024
  /// The length of the longest rows that are not divided into several blocks, whose reductions over columns
  /// later steps can read.
  package static let mostColumnsPerBlock = 2 * blockElements

  /// The number of values per block and step, including padding.
  var blockCapacity: Int { (rowsPerBlock * columnsPerBlock + 31) & ~15 }

  // After the values of the steps, the reduction state of a row that continues in the next block.
  var workerElements: Int { (LoopProgram(self).slotCount + 1) * blockCapacity }

  /// Returns the number of accumulator values that a reduction has for each part of the rows.
  func partialWidth(_ reduction: Reduction) -> Int {
    let width = reduction.operation.width
    switch reduction.pattern {
    case .overColumns: return 0
    case .overBoth: return width
    case .overRows: return width * columns
    }
  }

  /// The number of accumulator values of all reductions for each part of the rows.
  var partialWidth: Int { reductions.reduce(0) { $0 + partialWidth($1) } }

  /// Returns the number of uses of a step: operands, stores and reductions.
  func useCount(of step: Int) -> Int {
    let reads = steps.reduce(0) { count, other in count + other.sources.count { $0 == step } }
    return reads + stores.count { $0.step == step } + reductions.count { $0.step == step }
  }

  /// Returns the buffer slices of the leaves.
  package func leafReads() -> [BufferSlice] { leaves.map(\.place) }

  func writtenPlaces() -> [BufferSlice] { stores.compactMap(\.place) + reductions.map(\.place) }

  /// The buffer slices that it converts as it reads and writes them: all but the results of reductions, and
  /// column vectors.
  func convertedPlaces() -> [BufferSlice] {
    leafReads() + stores.filter { !$0.isColumn }.compactMap(\.place)
  }
}
