/// The shape of a fused loop with as few axes as its leaves and reductions allow: axes with the same access
/// pattern everywhere are collapsed.
struct IterationSpace {
  let outer: [Int]
  let columns: Int
  let segments: Int
  let leafStrides: [(outer: [Int], column: Int)]
  let patterns: [LoopPlan.Reduction.Pattern]

  /// Creates the iteration space of a loop over `shape`, or nil if a reduction does not fit a loop over rows.
  ///
  /// - Parameters:
  ///   - leaves: The shape of each tensor read, which broadcasts to `shape`.
  ///   - reductions: The axes of each reduction.
  ///   - keepsRows: Whether rows are the last axis alone, as in the tiles of a product.
  init?(_ shape: Shape, leaves: [Shape], reductions: [[Int]], keepsRows: Bool) {
    var extents: [Int] = []
    var strides = [[Int]](repeating: [], count: leaves.count)
    var reduced = [[Bool]](repeating: [], count: reductions.count)
    let full = leaves.map { $0.strides(broadcastTo: shape) }
    for axis in 0..<shape.rank {
      let extent = shape.dimensions[axis]
      let isLast = axis == shape.rank - 1
      if extent == 1 && !(keepsRows && isLast) { continue }
      let canMerge =
        !extents.isEmpty && !(keepsRows && isLast)
        && leaves.indices.allSatisfy { strides[$0].last == full[$0][axis] * extent }
        && reductions.indices.allSatisfy { reduced[$0].last == reductions[$0].contains(axis) }
      if canMerge {
        extents[extents.count - 1] *= extent
        for leaf in leaves.indices { strides[leaf][extents.count - 1] = full[leaf][axis] }
      } else {
        extents.append(extent)
        for leaf in leaves.indices { strides[leaf].append(full[leaf][axis]) }
        for index in reductions.indices { reduced[index].append(reductions[index].contains(axis)) }
      }
    }
    if extents.isEmpty {
      extents = [1]
      for leaf in leaves.indices { strides[leaf] = [0] }
      for index in reductions.indices { reduced[index] = [true] }
    }
    if extents.count == 1 && !keepsRows {  // divide one long row into equal ones
      let columns = IterationSpace.rowLength(extents[0])
      for leaf in leaves.indices { strides[leaf] = [strides[leaf][0] * columns, strides[leaf][0]] }
      for index in reductions.indices { reduced[index].append(reduced[index][0]) }
      extents = [extents[0] / columns, columns]
    }
    let last = extents.count - 1
    var segments: Int?
    var patterns: [LoopPlan.Reduction.Pattern] = []
    for flags in reduced {
      let kept = flags[..<last].prefix { !$0 }.count
      guard flags[kept..<last].allSatisfy({ $0 }) else { return nil }
      if kept == last {
        guard flags[last] else { return nil }
        patterns.append(.overColumns)
        continue
      }
      let count = extents[..<kept].reduce(1, *)
      guard segments == nil || segments == count else { return nil }
      segments = count
      patterns.append(flags[last] ? .overBoth : .overRows)
    }
    outer = Array(extents[..<last])
    columns = extents[last]
    self.segments = segments ?? 1
    self.patterns = patterns
    leafStrides = strides.map { (Array($0[..<last]), $0[last]) }
  }

  /// Returns whether strides are those of a column vector: one value per row, contiguous.
  func isColumn(_ strides: (outer: [Int], column: Int)) -> Bool {
    strides.column == 0 && LoopPlan.Leaf.areContiguous(strides.outer, over: outer, at: 1)
  }

  // Returns the largest divisor that fits a block in cache.
  private static func rowLength(_ count: Int) -> Int {
    if count <= 1024 { return max(1, count) }
    return (16...1024).last { count % $0 == 0 } ?? count
  }
}

extension Reduction {
  /// Whether it is done in a loop over an operand of `shape` that is computed from `leaves`.
  func fitsLoop(over shape: Shape, leaves: [Shape]) -> Bool {
    IterationSpace(shape, leaves: leaves, reductions: [axes], keepsRows: false) != nil
  }
}
