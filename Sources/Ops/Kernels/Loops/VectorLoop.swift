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
/// cache, before the next block.
struct VectorLoop<T: KernelReal> {
  private struct Input {
    var pointer: UnsafePointer<T>
    var access: LoopProgram.Access
    var step: Int
    var leaf: Int
    var isTile: Bool
  }
  private struct Output {
    // Nil if the caller provides it for each run.
    var pointer: UnsafeMutablePointer<T>?
    var step: Int
    // Whether the step writes directly to the destination, so that no copy is needed.
    var isDirect: Bool
  }
  // An instruction whose sources are a run of `sources`: to copy it counts no references, which threads would
  // contend for.
  private struct Step {
    let formula: any ElementFormula
    let sources: Range<Int>
    let result: Int

    init(_ instruction: LoopProgram.Instruction, in all: inout [Int]) {
      formula = instruction.formula
      sources = all.count..<all.count + instruction.sources.count
      result = instruction.result
      all += instruction.sources
    }
  }
  let plan: LoopPlan
  let columns: Int
  private let rowsPerBlock: Int
  private let columnsPerBlock: Int
  private let capacity: Int
  private var inputs: [Input] = []
  private var constants: [(step: Int, value: T)] = []
  private var invariantInputs: [Input] = []
  private let slots: [Int]
  private var instructions: [Step] = []
  private var invariantInstructions: [Step] = []
  private var sources: [Int] = []
  private let mostSources: Int
  private var outputs: [Output] = []
  private let reductions: LoopReductions<T>

  /// Creates a loop bound to memory.
  ///
  /// - Parameter tile: The index of a leaf that the caller provides in cache for each run.
  init(_ plan: LoopPlan, tile: Int? = nil, _ memory: CallMemory<T>) {
    self.plan = plan
    columns = plan.columns
    rowsPerBlock = plan.rowsPerBlock
    columnsPerBlock = plan.columnsPerBlock
    capacity = plan.blockCapacity
    let code = LoopProgram(plan)
    slots = code.slots
    mostSources = max(1, code.mostSources)
    for instruction in code.instructions { instructions.append(Step(instruction, in: &sources)) }
    for instruction in code.invariant { invariantInstructions.append(Step(instruction, in: &sources)) }
    for (index, step) in plan.steps.enumerated() {
      switch step {
      case .constant(let value): constants.append((index, T(value)))
      case .leaf(let leaf):
        let input = Input(
          pointer: OperandReader(plan.leaves[leaf].place, memory).elements,
          access: LoopProgram.access(plan, plan.leaves[leaf]),
          step: index, leaf: leaf, isTile: leaf == tile)
        if code.isInvariant[index] { invariantInputs.append(input) } else { inputs.append(input) }
      case .apply: break
      }
    }
    var direct: Set<Int> = []
    for store in plan.stores {
      var isDirect = false
      if !plan.steps[store.step].sources.isEmpty, !code.isInvariant[store.step] {
        isDirect = direct.insert(store.step).inserted
      }
      outputs.append(
        Output(
          pointer: store.place.map { ResultWriter($0, memory).elements }, step: store.step,
          isDirect: isDirect))
    }
    reductions = LoopReductions(plan, memory)
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
    target: UnsafeMutablePointer<T>? = nil, scratch: UnsafeMutablePointer<T>
  ) {
    let steps = plan.steps.count
    withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<T>.self, capacity: steps) { registers in
      withUnsafeTemporaryAllocation(of: UnsafePointer<T>.self, capacity: mostSources) { operands in
        guard let operands = operands.baseAddress else { return }
        for step in 0..<steps { registers[step] = scratch + slots[step] * capacity }
        prepare(registers, operands)
        if isFirst && (rows.isEmpty || columns == 0) { reductions.reset(part: part) }
        var row = rows.lowerBound
        while row < rows.upperBound {
          let count = min(rowsPerBlock, rows.upperBound - row)
          var column = 0
          while column < columns {
            let block = LoopBlock(
              row: row, column: column, rows: count, columns: min(columnsPerBlock, columns - column))
            bind(registers, block, tile: tile, tileRow: tileRow, target: target, scratch: scratch)
            compute(block, registers, operands)
            for output in outputs where !output.isDirect {
              guard let pointer = output.pointer ?? target else { continue }
              (pointer + row * columns + column).update(from: registers[output.step], count: block.elements)
            }
            reductions.add(
              registers, block, part: part, isFirst: isFirst && row == rows.lowerBound,
              carried: scratch + steps * capacity)
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
    _ operands: UnsafeMutablePointer<UnsafePointer<T>>
  ) {
    let elements = block.elements
    let ahead = elements / max(1, instructions.count) + 16
    var next = 0
    for instruction in instructions {
      // If memory is contiguous, the next block follows this one.
      fetch(min(elements, next)..<min(elements, next + ahead), registers, elements)
      next += ahead
      run(instruction, registers, operands, elements)
    }
  }

  /// Adds the reads of some rows to the prefetcher.
  @inline(__always)
  func add(_ rows: Range<Int>, to ahead: inout Prefetcher<T>) {
    for input in inputs where input.access == .contiguous && !input.isTile {
      ahead.add(input.pointer + rows.lowerBound * columns, count: rows.count * columns)
    }
  }

  @inline(__always)
  private func run(
    _ instruction: Step, _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>,
    _ operands: UnsafeMutablePointer<UnsafePointer<T>>, _ elements: Int
  ) {
    var next = operands
    for place in instruction.sources {
      next.initialize(to: UnsafePointer(registers[sources[place]]))
      next += 1
    }
    T.run(
      instruction.formula,
      ElementBlock(count: elements, result: registers[instruction.result], operands: operands))
  }

  // Prefetches part of the next block while this one is computed, as hardware prefetchers stop at page
  // boundaries.
  @inline(__always)
  private func fetch(
    _ range: Range<Int>, _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>, _ elements: Int
  ) {
    if range.lowerBound >= range.upperBound { return }
    for input in inputs where input.access == .contiguous && !input.isTile {
      let first = registers[input.step] + elements
      for index in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
        loupe_prefetch(first + index)
      }
    }
    for output in outputs where output.isDirect {
      let first = registers[output.step] + elements
      for index in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
        loupe_prefetch_to_write(first + index)
      }
    }
  }

  @inline(__always)
  private func prepare(
    _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>,
    _ operands: UnsafeMutablePointer<UnsafePointer<T>>
  ) {
    let elements = rowsPerBlock * columnsPerBlock
    for constant in constants { registers[constant.step].update(repeating: constant.value, count: elements) }
    for input in invariantInputs {
      let register = registers[input.step]
      if input.access == .scalar {
        register.update(repeating: input.pointer[0], count: elements)
      } else {
        for row in 0..<rowsPerBlock { (register + row * columns).update(from: input.pointer, count: columns) }
      }
    }
    for instruction in invariantInstructions {
      run(instruction, registers, operands, elements)
    }
  }

  // Points the registers of leaves at memory where a block is contiguous, or gathers it; points those of
  // stores at their destinations.
  @inline(__always)
  private func bind(
    _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>, _ block: LoopBlock,
    tile: UnsafeMutablePointer<T>?, tileRow: Int, target: UnsafeMutablePointer<T>?,
    scratch: UnsafeMutablePointer<T>
  ) {
    let (row, column, length) = (block.row, block.column, block.columns)
    for input in inputs {
      switch input.access {
      case .contiguous:
        if input.isTile, let tile {
          registers[input.step] = tile + (row - tileRow) * columns + column
        } else {
          registers[input.step] = UnsafeMutablePointer(mutating: input.pointer + row * columns + column)
        }
      case .row: registers[input.step] = UnsafeMutablePointer(mutating: input.pointer + column)
      case .scalar: break
      case .general:
        let register = scratch + slots[input.step] * capacity
        registers[input.step] = register
        let leaf = plan.leaves[input.leaf]
        for index in 0..<block.rows {
          let source = input.pointer + offset(of: row + index, leaf)
          if leaf.columnStride == 0 {
            (register + index * length).update(repeating: source[0], count: length)
          } else {
            (register + index * length).update(from: source + column, count: length)
          }
        }
      }
    }
    for output in outputs where output.isDirect {
      guard let pointer = output.pointer ?? target else { continue }
      registers[output.step] = pointer + row * columns + column
    }
  }

  @inline(__always)
  private func offset(of row: Int, _ leaf: LoopPlan.Leaf) -> Int {
    var (rest, offset) = (row, 0)
    var axis = plan.outer.count - 1
    while axis >= 0 {
      let extent = plan.outer[axis]
      offset += rest % extent * leaf.outerStrides[axis]
      rest /= extent
      axis -= 1
    }
    return offset
  }

  /// Merges the parts of every reduction, in order, for one segment. `rowsIn` returns the number of rows of
  /// each part.
  @inline(__always)
  func combine(segment: Int, parts: Range<Int>, rowsIn: (Int) -> Int) {
    reductions.combine(segment: segment, parts: parts, rowsIn: rowsIn)
  }
}
