/// The tensors that a `VectorLoop` reads: where each block of them is found, or the room that it is gathered
/// in.
struct LoopInputs<T: KernelReal> {
  // Of plain numbers: to copy it counts no references, which threads would contend for.
  private struct Input {
    // Nil if the caller of the loop provides it.
    let source: TensorReader<T>?
    let access: LoopProgram.Access
    let step: Int
    // The place of its first stride among those along the outer axes.
    let outerStride: Int
    let columnStride: Int
    // Whether the rows along the last outer axis are the same.
    let repeatsRows: Bool
  }

  private let outer: [Int]
  private let columns: Int
  private let isWhole: Bool
  private let repeatsRows: Bool
  // The strides along the outer axes, of one input after another.
  private var outerStrides: [Int] = []
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
        let read = plan.leaves[leaf]
        let access = LoopProgram.access(plan, read)
        let input = Input(
          source: leaf == tile ? nil : TensorReader(read.place, memory), access: access, step: index,
          outerStride: outerStrides.count, columnStride: read.columnStride,
          repeatsRows: access == .general && read.outerStrides.last == 0)
        outerStrides += read.outerStrides
        if code.isInvariant[index] { invariant.append(input) } else { inputs.append(input) }
      case .reduced(let reduction, let offset):
        let results = ResultWriter(plan.reductions[reduction].place, memory).elements
        reduced.append((index, results + offset))
      case .constant, .apply: break
      }
    }
    repeatsRows = inputs.contains(where: \.repeatsRows)
  }

  /// The steps whose blocks follow one another in memory where they are read.
  var contiguous: [Int] {
    inputs.filter { input in
      if case .numbers = input.source { input.access == .contiguous } else { false }
    }.map(\.step)
  }

  /// Whether a step's blocks are widened.
  func isWidened(_ step: Int) -> Bool {
    inputs.contains { input in
      if case .rounded = input.source { input.step == step && input.access == .contiguous } else { false }
    }
  }

  /// Adds the reads of some rows to the prefetcher.
  @inline(__always)
  func add(_ rows: Range<Int>, to ahead: inout Prefetcher) {
    for input in inputs where input.access == .contiguous {
      switch input.source {
      case .numbers(let pointer): ahead.add(pointer + rows.lowerBound * columns, count: rows.count * columns)
      case .rounded(let reader):
        ahead.add(reader.elements + rows.lowerBound * columns, count: rows.count * columns)
      case nil: break
      }
    }
  }

  /// Fills the registers of the tensors that are the same in each row, for one row of a block.
  ///
  /// - Parameter length: The number of columns of a block.
  @inline(__always)
  func prepare(_ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>, length: Int) {
    for input in invariant {
      let register = registers[input.step]
      if input.access == .scalar {
        register.update(repeating: input.source?[0] ?? 0, count: length)
      } else {
        input.source?.copy(0..<columns, to: register)
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
      let range: Range<Int>
      switch input.access {
      case .contiguous: range = row * columns + column..<row * columns + column + block.elements
      case .row: range = column..<column + block.columns
      case .column: range = row..<row + block.rows
      case .scalar: continue
      case .general:
        if !(isGathered && input.repeatsRows) { gather(input, block, in: registers[input.step]) }
        continue
      }
      switch input.source {
      case .numbers(let pointer):
        registers[input.step] = UnsafeMutablePointer(mutating: pointer + range.lowerBound)
      case .rounded(let reader): reader.copy(range, to: registers[input.step])
      case nil:
        if let tile { registers[input.step] = tile + (range.lowerBound - tileRow * columns) }
      }
    }
    for (step, pointer) in reduced { registers[step] = pointer + row }
  }

  @inline(__always)
  private func gather(_ input: Input, _ block: LoopBlock, in register: UnsafeMutablePointer<T>) {
    for index in 0..<block.rows {
      let first = offset(of: block.row + index, input)
      if input.columnStride == 0 {
        register[index] = input.source?[first] ?? 0
      } else {
        input.source?.copy(
          first + block.column..<first + block.column + block.columns, to: register + index * block.columns)
      }
    }
  }

  @inline(__always)
  private func offset(of row: Int, _ input: Input) -> Int {
    var (rest, offset) = (row, 0)
    var axis = outer.count - 1
    while axis >= 0 {
      offset += rest % outer[axis] * outerStrides[input.outerStride + axis]
      rest /= outer[axis]
      axis -= 1
    }
    return offset
  }
}
