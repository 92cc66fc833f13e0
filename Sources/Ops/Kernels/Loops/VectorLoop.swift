import OpenBLAS

/// A block of a loop's rows, with its values in cache.
struct LoopBlock {
  let row: Int
  let column: Int
  let rows: Int
  let columns: Int

  var elements: Int { rows * columns }
}

/// Runs a `LoopPlan` block by block: every value of the plan is computed for a block of a few rows, in the L1
/// cache, before the next block. A class, as threads that copied its arrays would contend for their counts of
/// references.
final class VectorLoop<T: KernelReal> {
  private struct Output {
    // Nil if the caller provides it for each run.
    let writer: TensorWriter<T>?
    let step: Int
    // Whether the step writes directly to the destination, so that no copy is needed.
    let isDirect: Bool
    // The number of values per row.
    let width: Int
  }
  // An instruction of plain numbers: to copy it counts no references, which threads would contend for.
  private enum Instruction {
    case compute(_ index: Int)
    case spread(_ step: Int, to: Int)
    case reduce(_ index: Int)
  }
  let plan: LoopPlan
  let columns: Int
  private let rowsPerBlock: Int
  private let columnsPerBlock: Int
  private let capacity: Int
  private let inputs: LoopInputs<T>
  private let constants: [(step: Int, value: T)]
  private let slots: [Int]
  private let slotCount: Int
  private let instructions: [Instruction]
  // The elements of each contiguous tensor that are prefetched while an instruction runs.
  private let fetchedElements: Int
  private let computations: LoopComputations<T>
  private let invariant: LoopComputations<T>
  private let repeated: [Int]
  private let mostSources: Int
  private let outputs: [Output]
  // Whether stores without a destination are rounded.
  private let roundsTarget: Bool
  // The steps whose contiguous memory is prefetched, to be read and to be written.
  private let readAhead: [Int]
  private let writtenAhead: [Int]
  private let reductions: LoopReductions<T>

  /// Creates a loop bound to memory.
  ///
  /// - Parameters:
  ///   - tile: The index of a leaf that the caller provides in cache for each run.
  ///   - roundsTarget: Whether stores without a destination are rounded to bfloat16.
  init(_ plan: LoopPlan, tile: Int? = nil, roundsTarget: Bool = false, _ memory: CallMemory<T>) {
    self.plan = plan
    self.roundsTarget = roundsTarget
    columns = plan.columns
    rowsPerBlock = plan.rowsPerBlock
    columnsPerBlock = plan.columnsPerBlock
    capacity = plan.blockCapacity
    let code = LoopProgram(plan)
    slots = code.slots
    slotCount = code.slotCount
    mostSources = max(1, code.mostSources)
    computations = LoopComputations(code.instructions.compactMap(\.computation))
    invariant = LoopComputations(code.invariant)
    repeated = code.repeated
    var computed = 0
    instructions = code.instructions.map { instruction in
      switch instruction {
      case .compute:
        computed += 1
        return .compute(computed - 1)
      case .spread(let step, let spread): return .spread(step, to: spread)
      case .reduce(let reduction): return .reduce(reduction)
      }
    }
    fetchedElements = rowsPerBlock * columnsPerBlock / max(1, instructions.count) + 16
    constants = plan.steps.enumerated().compactMap { index, step in
      if case .constant(let value) = step { (index, T(value)) } else { nil }
    }
    let inputs = LoopInputs(plan, code, tile: tile, memory)
    var direct: Set<Int> = []
    outputs = zip(plan.stores, code.stored).map { store, step in
      let isRounded = store.place.map { $0.storage == .bfloat16 } ?? roundsTarget
      var isDirect = false
      if !isRounded, step == store.step, !code.isInvariant[step],
        !plan.steps[step].sources.isEmpty || inputs.isWidened(step)
      {
        isDirect = direct.insert(step).inserted
      }
      return Output(
        writer: store.place.map { TensorWriter($0, memory) }, step: step, isDirect: isDirect,
        width: store.isColumn ? 1 : plan.columns)
    }
    self.inputs = inputs
    reductions = LoopReductions(plan, code, memory)
    // Where one tensor is read, the prefetchers of the hardware suffice.
    let fetches = inputs.contiguous.count > 1
    readAhead = fetches ? inputs.contiguous : []
    writtenAhead = fetches ? outputs.filter { $0.isDirect && $0.width == plan.columns }.map(\.step) : []
  }

  /// Computes the rows of one part, with its reductions accumulated at index `part`.
  ///
  /// - Parameters:
  ///   - tile: The address of row `tileRow` of the tile leaf.
  ///   - isFirst: Whether these are the part's first rows.
  ///   - target: The address of row 0 for stores without a destination.
  @inline(__always)
  func run(
    rows: Range<Int>, part: Int, isFirst: Bool, tile: UnsafeMutablePointer<T>?, tileRow: Int,
    target: UnsafeMutableRawPointer? = nil, scratch: UnsafeMutablePointer<T>
  ) {
    withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<T>.self, capacity: slots.count) { registers in
      withUnsafeTemporaryAllocation(of: UnsafePointer<T>.self, capacity: mostSources) { operands in
        guard let operands = operands.baseAddress else { return }
        for step in slots.indices { registers[step] = scratch + slots[step] * capacity }
        prepare(registers, operands, rows: min(rowsPerBlock, rows.count))
        let target = target.map { TensorWriter<T>(to: $0, isRounded: roundsTarget) }
        var gathered: Int?
        var row = rows.lowerBound
        while row < rows.upperBound {
          let count = min(rowsPerBlock, rows.upperBound - row)
          var column = 0
          while column < columns {
            let block = LoopBlock(
              row: row, column: column, rows: count, columns: min(columnsPerBlock, columns - column))
            for output in outputs where output.isDirect {
              guard case .numbers(let pointer) = output.writer ?? target else { continue }
              registers[output.step] = pointer + offset(of: output, block)
            }
            inputs.bind(registers, block, tile: tile, tileRow: tileRow, gathered: &gathered)
            compute(
              block, registers, operands, part: part, isFirst: isFirst && row == rows.lowerBound,
              carried: scratch + slotCount * capacity)
            for output in outputs where !output.isDirect {
              let first = offset(of: output, block)
              let count = output.width == columns ? block.elements : block.rows
              (output.writer ?? target)?.write(first..<first + count, from: registers[output.step])
            }
            column += block.columns
          }
          row += count
        }
      }
    }
  }

  @inline(__always)
  private func compute(
    _ block: LoopBlock, _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>,
    _ operands: UnsafeMutablePointer<UnsafePointer<T>>, part: Int, isFirst: Bool,
    carried: UnsafeMutablePointer<T>
  ) {
    let elements = block.elements
    var next = 0
    for instruction in instructions {
      // If memory is contiguous, the next block follows this one.
      if next < elements { fetch(next..<min(elements, next + fetchedElements), registers, elements) }
      next += fetchedElements
      switch instruction {
      case .compute(let index): computations.run(index, block, registers, operands)
      case .spread(let step, let spread): self.spread(registers[step], block, to: registers[spread])
      case .reduce(let reduction):
        reductions.add(reduction, registers, block, part: part, isFirst: isFirst, carried: carried)
      }
    }
  }

  // Repeats each value of a column vector along its row.
  @inline(__always)
  private func spread(
    _ column: UnsafeMutablePointer<T>, _ block: LoopBlock, to register: UnsafeMutablePointer<T>
  ) {
    var first = register
    for row in 0..<block.rows {
      let value = Lanes<T>(repeating: column[row])
      // Whole vectors, the last of which may reach into the next row, or into the room behind the last row.
      var next = first
      first += block.columns
      while next < first {
        store(value, next)
        next += 16
      }
    }
  }

  // Returns where a block of a store goes.
  @inline(__always)
  private func offset(of output: Output, _ block: LoopBlock) -> Int {
    block.row * output.width + (output.width == columns ? block.column : 0)
  }

  /// Adds the reads and the writes of some rows to the prefetcher.
  @inline(__always)
  func add(_ rows: Range<Int>, to ahead: inout Prefetcher) {
    inputs.add(rows, to: &ahead)
    for output in outputs where output.width == columns {
      output.writer?.add(rows.lowerBound * columns..<rows.upperBound * columns, to: &ahead)
    }
  }

  // Prefetches part of the next block while this one is computed, as hardware prefetchers stop at page
  // boundaries.
  @inline(__always)
  private func fetch(
    _ range: Range<Int>, _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>, _ elements: Int
  ) {
    for step in readAhead { forEachLine(of: registers[step] + elements, range) { loupe_prefetch($0) } }
    for step in writtenAhead {
      forEachLine(of: registers[step] + elements, range) { loupe_prefetch_to_write($0) }
    }
  }

  // Calls `body` with the address of each vector of some elements.
  @inline(__always)
  private func forEachLine(
    of first: UnsafeMutablePointer<T>, _ range: Range<Int>, _ body: (UnsafeMutablePointer<T>) -> Void
  ) {
    var next = first + range.lowerBound
    let end = first + range.upperBound
    while next < end {
      body(next)
      next += 16
    }
  }

  // Computes what is the same for each block of so many rows: a row of it, which is repeated where a block of
  // rows is read.
  @inline(__always)
  private func prepare(
    _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>,
    _ operands: UnsafeMutablePointer<UnsafePointer<T>>, rows: Int
  ) {
    for constant in constants {
      registers[constant.step].update(repeating: constant.value, count: columnsPerBlock)
    }
    inputs.prepare(registers, length: columnsPerBlock)
    let row = LoopBlock(row: 0, column: 0, rows: 1, columns: columnsPerBlock)
    invariant.run(row, registers, operands)
    let count = rows * columnsPerBlock
    for step in repeated {
      var done = columnsPerBlock
      while done < count {
        let next = min(done, count - done)
        (registers[step] + done).update(from: registers[step], count: next)
        done += next
      }
    }
  }

  /// Merges the parts of every reduction, in order, for one segment. `rowsIn` returns the number of rows of
  /// each part.
  @inline(__always)
  func combine(segment: Int, parts: Range<Int>, rowsIn: (Int) -> Int) {
    reductions.combine(segment: segment, parts: parts, rowsIn: rowsIn)
  }
}
