/// The fused reductions of a `VectorLoop`: accumulators for each part of the rows, merged at the end.
struct LoopReductions<T: KernelReal> {
  private struct Accumulator {
    let step: Int
    let operation: any Reduction.Type
    let pattern: LoopPlan.Reduction.Pattern
    // The offset of its accumulators among those of a part.
    let offset: Int
    let result: UnsafeMutablePointer<T>
  }

  private let accumulators: [Accumulator]
  private let columns: Int
  private let rows: Int
  private let segments: Int
  private let partials: UnsafeMutablePointer<T>
  private let width: Int

  /// Reductions whose states of every part are kept in the call's own memory.
  init(_ plan: LoopPlan, _ code: LoopProgram, _ memory: CallMemory<T>) {
    partials = memory.partials
    columns = plan.columns
    rows = plan.rows
    segments = plan.segments
    width = plan.partialWidth
    var offset = 0
    accumulators = plan.reductions.enumerated().map { index, reduction in
      defer { offset += plan.partialWidth(reduction) }
      return Accumulator(
        step: code.reduced[index], operation: reduction.operation, pattern: reduction.pattern, offset: offset,
        result: ResultWriter(reduction.place, memory).elements)
    }
  }

  /// Adds a block to a reduction.
  ///
  /// - Parameters:
  ///   - reduction: The index of the reduction.
  ///   - registers: The address of each step's values.
  ///   - part: The index of the rows' part.
  ///   - isFirst: Whether the block contains the part's first rows.
  ///   - carried: Memory for the states of a row that continues in the next block.
  @inline(__always)
  func add(
    _ reduction: Int, _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>, _ block: LoopBlock,
    part: Int, isFirst: Bool, carried: UnsafeMutablePointer<T>
  ) {
    let accumulator = accumulators[reduction]
    let room = carried + reduction * LoopReductions.largestState
    add(
      accumulator, registers[accumulator.step], block, part: part, isFirst: isFirst,
      carried: ReductionStates(pointer: room, count: 1, stride: 1))
  }

  // The largest number of values in a reduction state.
  private static var largestState: Int { 3 }

  @inline(never)
  private func add(
    _ accumulator: Accumulator, _ x: UnsafeMutablePointer<T>, _ block: LoopBlock, part: Int, isFirst: Bool,
    carried: ReductionStates<T>
  ) {
    var rowInSegment: Int { block.row % max(1, rows / max(1, segments)) }
    switch accumulator.pattern {
    case .overRows:
      let elements = ReductionBlock(
        elements: x, rows: block.rows, columns: block.columns, index: rowInSegment, isFirst: isFirst)
      let all = states(of: accumulator, part: part)
      T.run(
        accumulator.operation,
        .addColumns(
          elements,
          ReductionStates(pointer: all.pointer + block.column, count: block.columns, stride: all.stride)))
    case .overBoth:
      let elements = ReductionBlock(
        elements: x, rows: block.rows, columns: block.columns,
        index: rowInSegment * columns + block.column, isFirst: isFirst && block.column == 0)
      T.run(accumulator.operation, .addAll(elements, states(of: accumulator, part: part)))
    case .overColumns:
      let elements = ReductionBlock(
        elements: x, rows: block.rows, columns: block.columns, index: block.column,
        isFirst: block.column == 0)
      let results = ReductionResults(
        pointer: accumulator.result + block.row, elements: columns, stride: rows)
      let isLast = block.column + block.columns == columns
      T.run(accumulator.operation, .reduceRows(elements, carrying: carried, isLast ? results : nil))
    }
  }

  /// Merges the parts of every reduction, in order, for one segment. `rowsIn` returns the number of rows of
  /// each part.
  @inline(__always)
  func combine(segment: Int, parts: Range<Int>, rowsIn: (Int) -> Int) {
    for accumulator in accumulators where accumulator.pattern != .overColumns {
      let isOverBoth = accumulator.pattern == .overBoth
      let merged = states(of: accumulator, part: parts.lowerBound)
      var seen = 0
      for part in parts {
        let count = rowsIn(part) * (isOverBoth ? columns : 1)
        if part > parts.lowerBound {
          let other = states(of: accumulator, part: part)
          T.run(accumulator.operation, .merge(merged, count: seen, with: other, otherCount: count))
        }
        seen += count
      }
      let results = ReductionResults(
        pointer: accumulator.result + segment * merged.count, elements: seen,
        stride: segments * merged.count)
      T.run(accumulator.operation, .finish(merged, results))
    }
  }

  private func states(of accumulator: Accumulator, part: Int) -> ReductionStates<T> {
    let count = accumulator.pattern == .overBoth ? 1 : columns
    return ReductionStates(pointer: partials + part * width + accumulator.offset, count: count, stride: count)
  }
}
