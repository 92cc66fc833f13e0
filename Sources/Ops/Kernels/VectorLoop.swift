import OpenBLAS

/// Runs a `LoopPlan` block by block: every value of the plan is computed for a block of a few rows, in the
/// first-level cache, before the next block is begun.
struct VectorLoop<T: KernelReal> {
  private struct Input {
    var pointer: UnsafeMutablePointer<T>
    var access: LoopCode.Access
    var step: Int
    var leaf: Int
    var isTile: Bool
  }
  private struct Output {
    // Nil where the caller says for each run.
    var pointer: UnsafeMutablePointer<T>?
    var step: Int
    // Whether the step computes straight into the result, so that nothing is left to copy.
    var isDirect: Bool
  }
  private struct Accumulator {
    var step: Int
    var kind: LoopPlan.Reduction.Kind
    var pattern: LoopPlan.Reduction.Pattern
    var offset: Int
    var result: UnsafeMutablePointer<T>
  }

  let plan: LoopPlan
  let columns: Int
  private let rowsPerBlock: Int
  private let columnsPerBlock: Int
  private let capacity: Int
  private let width: Int
  private var inputs: [Input] = []
  private var constants: [(step: Int, value: T)] = []
  private var invariantInputs: [Input] = []
  private let code: LoopCode
  private var outputs: [Output] = []
  private var accumulators: [Accumulator] = []
  private let partials: UnsafeMutablePointer<T>

  /// - Parameter tile: the index of a leaf that the caller holds in cache and points at for each run.
  init(_ plan: LoopPlan, tile: Int? = nil, memory: Memory, partials: UnsafeMutablePointer<T>) {
    self.plan = plan
    self.partials = partials
    columns = plan.columns
    rowsPerBlock = plan.rowsPerBlock
    columnsPerBlock = plan.columnsPerBlock
    capacity = plan.blockCapacity
    width = plan.partialWidth
    code = LoopCode(plan)
    for (index, step) in plan.steps.enumerated() {
      switch step {
      case .constant(let value): constants.append((index, T(value)))
      case .leaf(let leaf):
        let input = Input(
          pointer: memory.pointer(plan.leaves[leaf].place), access: LoopCode.access(plan, plan.leaves[leaf]),
          step: index, leaf: leaf, isTile: leaf == tile)
        if code.isInvariant[index] { invariantInputs.append(input) } else { inputs.append(input) }
      case .apply, .call: break
      }
    }
    var direct: Set<Int> = []
    for store in plan.stores {
      var isDirect = false
      if !plan.steps[store.step].sources.isEmpty, !code.isInvariant[store.step] {
        isDirect = direct.insert(store.step).inserted
      }
      outputs.append(
        Output(pointer: store.place.map { memory.pointer($0) }, step: store.step, isDirect: isDirect))
    }
    var offset = 0
    for reduction in plan.reductions {
      accumulators.append(
        Accumulator(
          step: reduction.step, kind: reduction.kind, pattern: reduction.pattern, offset: offset,
          result: memory.pointer(reduction.place)))
      offset += plan.partialWidth(reduction)
    }
  }

  /// Does the rows of one part, whose reductions are kept apart under the index `part`.
  ///
  /// - Parameters:
  ///   - tile: where row `tileRow` of the tile leaf lies.
  ///   - isFirst: whether these are the part's first rows.
  ///   - target: where row 0 of the values that have no place would lie.
  @inline(__always)
  func run(
    rows: Range<Int>, part: Int, isFirst: Bool, tile: UnsafeMutablePointer<T>?, tileRow: Int,
    target: UnsafeMutablePointer<T>? = nil, scratch: UnsafeMutablePointer<T>
  ) {
    let steps = plan.steps.count
    withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<T>.self, capacity: steps) { registers in
      for step in 0..<steps { registers[step] = scratch + code.slots[step] * capacity }
      prepare(registers)
      let sums = partials + part * width
      if isFirst { reset(sums) }
      var row = rows.lowerBound
      while row < rows.upperBound {
        let count = min(rowsPerBlock, rows.upperBound - row)
        var column = 0
        while column < columns {
          let length = min(columnsPerBlock, columns - column)
          let elements = count * length
          bind(
            registers, row: row, column: column, count: count, length: length, tile: tile, tileRow: tileRow,
            target: target, scratch: scratch)
          let ahead = elements / max(1, code.instructions.count) + 16
          var next = 0
          for instruction in code.instructions {
            // The next block lies behind this one in memory, where it does in one piece.
            fetch(min(elements, next)..<min(elements, next + ahead), registers, elements)
            next += ahead
            run(instruction, registers, elements)
          }
          for output in outputs where !output.isDirect {
            guard let pointer = output.pointer ?? target else { continue }
            (pointer + row * columns + column).update(from: registers[output.step], count: elements)
          }
          for accumulator in accumulators {
            accumulate(
              accumulator, registers[accumulator.step], row: row, column: column, count: count,
              length: length,
              isFirst: isFirst && row == rows.lowerBound, sums: sums)
          }
          column += length
        }
        row += count
      }
    }
  }

  /// Adds what is read from memory for some rows.
  @inline(__always)
  func add(_ rows: Range<Int>, to ahead: inout ReadAhead<T>) {
    for input in inputs where input.access == .contiguous && !input.isTile {
      ahead.add(input.pointer + rows.lowerBound * columns, count: rows.count * columns)
    }
  }

  @inline(__always)
  private func run(
    _ instruction: LoopCode.Instruction, _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>,
    _ elements: Int
  ) {
    if case .call(let index) = instruction.code {
      return call(index, registers[instruction.result], registers, elements)
    }
    instruction.code.run(
      registers[instruction.result], registers[instruction.a], registers[instruction.b],
      registers[instruction.c], elements)
  }

  // Has some elements of the next block fetched while this one is computed: a processor does not foresee what
  // lies beyond a page.
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

  @inline(never)
  private func call(
    _ index: Int, _ result: UnsafeMutablePointer<T>,
    _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>, _ elements: Int
  ) {
    let (operation, sources) = code.calls[index]
    withUnsafeTemporaryAllocation(of: UnsafePointer<T>.self, capacity: sources.count) { operands in
      guard let table = operands.baseAddress else { return }
      for operand in sources.indices {
        (table + operand).initialize(to: UnsafePointer(registers[sources[operand]]))
      }
      T.run(operation, ElementBlock(count: elements, result: result, operands: table))
    }
  }

  @inline(__always)
  private func prepare(_ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>) {
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
    for instruction in code.invariant {
      run(instruction, registers, elements)
    }
  }

  // Points the registers of leaves at memory where a block lies in one piece, or gathers it; points those of
  // results at where they go.
  @inline(__always)
  private func bind(
    _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>, row: Int, column: Int, count: Int,
    length: Int, tile: UnsafeMutablePointer<T>?, tileRow: Int, target: UnsafeMutablePointer<T>?,
    scratch: UnsafeMutablePointer<T>
  ) {
    for input in inputs {
      switch input.access {
      case .contiguous:
        if input.isTile, let tile {
          registers[input.step] = tile + (row - tileRow) * columns + column
        } else {
          registers[input.step] = input.pointer + row * columns + column
        }
      case .row: registers[input.step] = input.pointer + column
      case .scalar: break
      case .general:
        let register = scratch + code.slots[input.step] * capacity
        registers[input.step] = register
        let leaf = plan.leaves[input.leaf]
        for index in 0..<count {
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

  @inline(__always)
  private func reset(_ sums: UnsafeMutablePointer<T>) {
    for accumulator in accumulators where accumulator.pattern != .overColumns {
      let count = accumulator.pattern == .overBoth ? 1 : columns
      let value: T = accumulator.kind == .max ? -.infinity : 0
      (sums + accumulator.offset).update(repeating: value, count: count)
      if accumulator.kind == .moments {
        (sums + accumulator.offset + columns).update(repeating: 0, count: 2 * columns)
      }
    }
  }

  @inline(__always)
  private func accumulate(
    _ accumulator: Accumulator, _ x: UnsafeMutablePointer<T>, row: Int, column: Int, count: Int, length: Int,
    isFirst: Bool, sums: UnsafeMutablePointer<T>
  ) {
    let sum = sums + accumulator.offset
    switch accumulator.pattern {
    case .overRows:
      switch accumulator.kind {
      case .sum: addRows(x, count: count, length: length, to: sum + column)
      case .max: maximizeRows(x, count: count, length: length, into: sum + column)
      case .moments:
        if isFirst { (sum + column).update(from: x, count: length) }
        addShifted(
          x, count: count, length: length, shift: sum + column, sum: sum + columns + column,
          squares: sum + 2 * columns + column)
      }
    case .overColumns:
      for index in 0..<count {
        let result = accumulator.result + row + index
        let value =
          accumulator.kind == .max
          ? largest(x + index * length, length) : total(x + index * length, length)
        if column == 0 {
          result.pointee = value
        } else {
          result.pointee =
            accumulator.kind == .max ? T.largest(result.pointee, value) : result.pointee + value
        }
      }
    case .overBoth:
      if accumulator.kind == .max {
        sum.pointee = T.largest(sum.pointee, largest(x, count * length))
      } else {
        sum.pointee += total(x, count * length)
      }
    }
  }

  /// Adds up the parts of every reduction, in order, for one segment. `rowsIn` gives the rows of each part.
  @inline(__always)
  func combine(segment: Int, parts: Range<Int>, rowsIn: (Int) -> Int) {
    for accumulator in accumulators {
      switch (accumulator.pattern, accumulator.kind) {
      case (.overColumns, _): break
      case (.overBoth, _):
        var value = partials[parts.lowerBound * width + accumulator.offset]
        for part in parts where part > parts.lowerBound {
          let next = partials[part * width + accumulator.offset]
          value = accumulator.kind == .max ? T.largest(value, next) : value + next
        }
        accumulator.result[segment] = value
      case (.overRows, .moments): combineMoments(accumulator, segment, parts, rowsIn)
      case (.overRows, let kind):
        let result = accumulator.result + segment * columns
        result.update(from: partials + parts.lowerBound * width + accumulator.offset, count: columns)
        for part in parts where part > parts.lowerBound {
          let next = partials + part * width + accumulator.offset
          if kind == .max {
            map(result, result, next, columns) { T.largest($0, $1) }
          } else {
            map(result, result, next, columns) { $0 + $1 }
          }
        }
      }
    }
  }

  // Chan, Golub and LeVeque's update: means and squared deviations of parts, merged without cancellation.
  @inline(__always)
  private func combineMoments(
    _ accumulator: Accumulator, _ segment: Int, _ parts: Range<Int>, _ rowsIn: (Int) -> Int
  ) {
    let mean = accumulator.result + segment * columns
    let variance = accumulator.result + (plan.segments + segment) * columns
    var seen: T = 0
    for part in parts {
      let shift = partials + part * width + accumulator.offset
      let (sum, squares) = (shift + columns, shift + 2 * columns)
      let count = T(rowsIn(part))
      for column in 0..<columns {
        let partMean = shift[column] + sum[column] / count
        let partSquares = squares[column] - sum[column] * sum[column] / count
        if part == parts.lowerBound {
          mean[column] = partMean
          variance[column] = partSquares
        } else {
          let delta = partMean - mean[column]
          mean[column] += delta * count / (seen + count)
          variance[column] += partSquares + delta * delta * seen * count / (seen + count)
        }
      }
      seen += count
    }
    for column in 0..<columns { variance[column] = max(variance[column] / seen, 0) }
  }
}
