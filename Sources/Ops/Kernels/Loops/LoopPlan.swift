/// An elementwise computation over rows of equal length, with the reductions that ride on it: what a fused
/// loop, or the epilogue of a matrix product, does to each block while it is in cache.
package struct LoopPlan: Sendable {
  /// A tensor read: its place, and its strides along the outer extents and the columns (0 where it
  /// stretches).
  package struct Leaf: Sendable {
    package let place: BufferSlice
    package let outerStrides: [Int]
    package let columnStride: Int

    package init(place: BufferSlice, outerStrides: [Int], columnStride: Int) {
      self.place = place
      self.outerStrides = outerStrides
      self.columnStride = columnStride
    }
  }

  /// One value of the computation, for every element of a block.
  package enum Step: Sendable {
    case leaf(Int)
    case constant(Double)
    case apply(any Elementwise, [Int])

    /// The steps whose values it takes.
    package var sources: [Int] {
      switch self {
      case .leaf, .constant: return []
      case .apply(_, let sources): return sources
      }
    }
  }

  /// A value written out in full.
  package struct Store: Sendable {
    package let step: Int
    /// Where it goes; nil for where the caller of the loop wants it.
    package let place: BufferSlice?

    package init(step: Int, place: BufferSlice?) {
      self.step = step
      self.place = place
    }
  }

  /// A value reduced over columns, rows or both.
  package struct Reduction: Sendable {
    package enum Pattern: Sendable, Hashable {
      /// Over the rows of a segment: one result a column.
      case overRows
      /// Over the columns: one result a row.
      case overColumns
      /// Over the rows of a segment and the columns: one result a segment.
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
  /// The number of equal runs of rows that reductions over rows are cut in.
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

  /// The number of rows.
  package var rows: Int { outer.reduce(1, *) }

  // Rows in a block: as many as keep a block's values in the first-level cache.
  var rowsPerBlock: Int { max(1, LoopPlan.blockElements / max(1, columns)) }
  // Columns in a block; a longer row is done in several blocks.
  var columnsPerBlock: Int { columns <= 2 * LoopPlan.blockElements ? columns : LoopPlan.blockElements }

  static let blockElements = 1024

  /// The number of values a block needs room for.
  var blockCapacity: Int { (rowsPerBlock * columnsPerBlock + 31) & ~15 }

  // Behind the steps' values, what reductions know of a row that goes on in the next block.
  var workerElements: Int { (steps.count + 1) * blockCapacity }

  /// How many numbers a reduction keeps for each part of the rows.
  func partialWidth(_ reduction: Reduction) -> Int {
    let width = reduction.operation.width
    switch reduction.pattern {
    case .overColumns: return 0
    case .overBoth: return width
    case .overRows: return width * columns
    }
  }

  /// Numbers kept for each part of the rows by all reductions.
  var partialWidth: Int { reductions.reduce(0) { $0 + partialWidth($1) } }

  /// How often a step's value is read, stored or reduced.
  func useCount(of step: Int) -> Int {
    let reads = steps.reduce(0) { count, other in count + other.sources.count { $0 == step } }
    return reads + stores.count { $0.step == step } + reductions.count { $0.step == step }
  }

  /// Where the leaves are.
  package func leafReads() -> [BufferSlice] { leaves.map(\.place) }

  func writtenPlaces() -> [BufferSlice] { stores.compactMap(\.place) + reductions.map(\.place) }
}
