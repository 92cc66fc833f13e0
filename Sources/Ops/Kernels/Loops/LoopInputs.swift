/// The tensors that a `VectorLoop` reads: where each block of them is found, or the room that it is gathered
/// in.
struct LoopInputs<T: KernelReal> {
  private struct Input {
    let pointer: UnsafePointer<T>
    let access: LoopProgram.Access
    let step: Int
    let outerStrides: [Int]
    let columnStride: Int
    let isTile: Bool

    // Whether the rows along the last outer axis are the same.
    var repeatsRows: Bool { access == .general && outerStrides.last == 0 }
  }

  private let outer: [Int]
  private let columns: Int
  private let isWhole: Bool
  private let repeatsRows: Bool
  private var inputs: [Input] = []
  private var invariant: [Input] = []
  // The results of reductions of the loop that its steps read, by row.
  private var reduced: [(step: Int, pointer: UnsafeMutablePointer<T>)] = []

  /// - Parameter tile: The index of the leaf that the caller of the loop provides.
  init(_ plan: LoopPlan, _ code: LoopProgram, tile: Int?, _ memory: CallMemory<T>) {
    outer = plan.outer
    columns = plan.columns
    isWhole = plan.columnsPerBlock == plan.columns
    for (index, step) in plan.steps.enumerated() {
      switch step {
      case .leaf(let leaf):
        let (read, isTile) = (plan.leaves[leaf], leaf == tile)
        let input = Input(
          pointer: OperandReader(read.place, memory).elements, access: LoopProgram.access(plan, read),
          step: index, outerStrides: read.outerStrides, columnStride: read.columnStride, isTile: isTile)
        if code.isInvariant[index] { invariant.append(input) } else { inputs.append(input) }
      case .reduced(let reduction, let offset):
        let results = ResultWriter(plan.reductions[reduction].place, memory).elements
        reduced.append((index, results + offset))
      case .constant, .apply: break
      }
    }
    repeatsRows = inputs.contains(where: \.repeatsRows)
  }

  /// The steps whose blocks follow one another in memory.
  var contiguous: [Int] { inputs.filter { $0.access == .contiguous && !$0.isTile }.map(\.step) }

  /// Adds the reads of some rows to the prefetcher.
  @inline(__always)
  func add(_ rows: Range<Int>, to ahead: inout Prefetcher<T>) {
    for input in inputs where input.access == .contiguous && !input.isTile {
      ahead.add(input.pointer + rows.lowerBound * columns, count: rows.count * columns)
    }
  }

  /// Fills the registers of the tensors that are the same in each block.
  @inline(__always)
  func prepare(_ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>, _ block: LoopBlock) {
    for input in invariant {
      let register = registers[input.step]
      if input.access == .scalar {
        register.update(repeating: input.pointer[0], count: block.elements)
      } else {
        for row in 0..<block.rows { (register + row * columns).update(from: input.pointer, count: columns) }
      }
    }
  }

  /// Points the registers of the other tensors at memory where a block is contiguous, or gathers it.
  ///
  /// - Parameters:
  ///   - tile: The address of row `tileRow` of the leaf that the caller provides.
  ///   - gathered: The index along all outer axes but the last of the block before, or nil: repeated rows are
  ///     gathered once for it.
  @inline(__always)
  func bind(
    _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>, _ block: LoopBlock,
    tile: UnsafeMutablePointer<T>?, tileRow: Int, gathered: inout Int?
  ) {
    let (row, column) = (block.row, block.column)
    var isGathered = false
    if repeatsRows {
      let group = row / outer[outer.count - 1]
      let isInOne = isWhole && (row + block.rows - 1) / outer[outer.count - 1] == group
      isGathered = isInOne && gathered == group
      gathered = isInOne ? group : nil
    }
    for input in inputs {
      switch input.access {
      case .contiguous:
        if input.isTile, let tile {
          registers[input.step] = tile + (row - tileRow) * columns + column
        } else {
          registers[input.step] = UnsafeMutablePointer(mutating: input.pointer + row * columns + column)
        }
      case .row: registers[input.step] = UnsafeMutablePointer(mutating: input.pointer + column)
      case .column: registers[input.step] = UnsafeMutablePointer(mutating: input.pointer + row)
      case .scalar: break
      case .general: if !(isGathered && input.repeatsRows) { gather(input, block, in: registers[input.step]) }
      }
    }
    for (step, pointer) in reduced { registers[step] = pointer + row }
  }

  @inline(__always)
  private func gather(_ input: Input, _ block: LoopBlock, in register: UnsafeMutablePointer<T>) {
    for index in 0..<block.rows {
      let source = input.pointer + offset(of: block.row + index, input)
      if input.columnStride == 0 {
        register[index] = source[0]
      } else {
        (register + index * block.columns).update(from: source + block.column, count: block.columns)
      }
    }
  }

  @inline(__always)
  private func offset(of row: Int, _ input: Input) -> Int {
    var (rest, offset) = (row, 0)
    var axis = outer.count - 1
    while axis >= 0 {
      offset += rest % outer[axis] * input.outerStrides[axis]
      rest /= outer[axis]
      axis -= 1
    }
    return offset
  }
}
