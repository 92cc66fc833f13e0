/// Runs a `LoopPlan` block by block: every value of the plan is computed for a block of a few rows, in the
/// first-level cache, before the next block is begun.
struct VectorLoop<T: KernelReal> {
  // A step as the inner loop wants it: no enums with storage of their own.
  private struct Instruction {
    var code: VectorInstruction
    var a: Int, b: Int, c: Int
    var result: Int
  }
  private enum Access { case contiguous, row, scalar, general }
  private struct Input {
    var pointer: UnsafeMutablePointer<T>
    var access: Access
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
  private var invariantCode: [Instruction] = []
  private var code: [Instruction] = []
  private var calls: [(operation: any Elementwise, sources: [Int])] = []
  private var outputs: [Output] = []
  private var accumulators: [Accumulator] = []
  private let partials: UnsafeMutablePointer<T>
  // Which piece of scratch memory a step's values lie in; steps whose values are needed at different times share.
  private var slots: [Int]

  /// - Parameter tile: the index of a leaf that the caller holds in cache and points at for each run.
  init(_ plan: LoopPlan, tile: Int? = nil, memory: Memory, partials: UnsafeMutablePointer<T>) {
    self.plan = plan
    self.partials = partials
    columns = plan.columns
    rowsPerBlock = plan.rowsPerBlock
    columnsPerBlock = plan.columnsPerBlock
    capacity = plan.blockCapacity
    width = plan.partialWidth
    slots = Array(plan.steps.indices)
    let whole = columnsPerBlock == columns
    var isInvariant = [Bool](repeating: false, count: plan.steps.count)
    for (index, step) in plan.steps.enumerated() {
      switch step {
      case .constant(let value):
        constants.append((index, T(value)))
        isInvariant[index] = true
      case .leaf(let leaf):
        let access = VectorLoop.access(plan, plan.leaves[leaf])
        let input = Input(
          pointer: memory.pointer(plan.leaves[leaf].place), access: access, step: index, leaf: leaf,
          isTile: leaf == tile)
        if access == .scalar || (access == .row && whole) {
          isInvariant[index] = true
          invariantInputs.append(input)
        } else {
          inputs.append(input)
        }
      case .apply, .call:
        let (instruction, sources) = (instruction(step, result: index), step.sources)
        if sources.allSatisfy({ isInvariant[$0] }) {
          isInvariant[index] = true
          invariantCode.append(instruction)
        } else if let (fused, absorbed) = fusion(of: instruction) {
          self.code.removeAll { $0.result == absorbed }
          self.code.append(fused)
        } else {
          self.code.append(instruction)
        }
      }
    }
    var direct: Set<Int> = []
    for store in plan.stores {
      var isDirect = false
      if !plan.steps[store.step].sources.isEmpty, !isInvariant[store.step] {
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
    shareSlots()
  }

  // A step that computes something. An operation without an instruction is kept aside, and called from there.
  private mutating func instruction(_ step: LoopPlan.Step, result: Int) -> Instruction {
    let sources = step.sources
    var code = VectorInstruction.call(calls.count)
    switch step {
    case .apply(let own, _): code = own
    case .call(let operation, _): calls.append((operation, sources))
    case .leaf, .constant: preconditionFailure("the step computes nothing")
    }
    return Instruction(
      code: code, a: sources[0], b: sources.count > 1 ? sources[1] : sources[0],
      c: sources.count > 2 ? sources[2] : sources[0], result: result)
  }

  private func sources(of instruction: Instruction) -> [Int] {
    if case .call(let index) = instruction.code { return calls[index].sources }
    return [instruction.a, instruction.b, instruction.c]
  }

  // An instruction as one with the instruction that makes one of its operands, which nothing else wants.
  private func fusion(of instruction: Instruction) -> (Instruction, absorbed: Int)? {
    func absorbable(_ step: Int, _ code: VectorInstruction) -> Instruction? {
      // What is stored between the two may overwrite what the first one reads.
      guard plan.useCount(of: step) == 1,
        !plan.stores.contains(where: { $0.step > step && $0.step < instruction.result })
      else { return nil }
      return self.code.last { $0.result == step && $0.code == code }
    }
    func isZero(_ step: Int) -> Bool {
      if case .constant(0) = plan.steps[step] { return true }
      return false
    }
    let (a, b, c) = (instruction.a, instruction.b, instruction.c)
    func fused(_ code: VectorInstruction, _ a: Int, _ b: Int, _ c: Int) -> Instruction {
      Instruction(code: code, a: a, b: b, c: c, result: instruction.result)
    }
    switch instruction.code {
    case .add:
      if let product = absorbable(a, .multiply) { return (fused(.multiplyAdd, product.a, product.b, b), a) }
      if let product = absorbable(b, .multiply) { return (fused(.multiplyAdd, product.a, product.b, a), b) }
    case .subtract:
      if let product = absorbable(b, .multiply) {
        return (fused(.subtractProduct, product.a, product.b, a), b)
      }
    case .select:
      if isZero(c), let mask = absorbable(a, .less), isZero(mask.a) {
        return (fused(.passPositive, mask.b, b, b), a)
      }
    default: break
    }
    return nil
  }

  // Instructions run in order, so a value's slot is free again after the last instruction that reads it.
  private mutating func shareSlots() {
    var lastUse = [Int](repeating: -1, count: plan.steps.count)
    for (index, instruction) in code.enumerated() {
      for source in sources(of: instruction) { lastUse[source] = index }
    }
    for output in outputs { lastUse[output.step] = code.count }
    for accumulator in accumulators { lastUse[accumulator.step] = code.count }
    var free: [Int] = []
    var used = 0
    func next() -> Int {
      if let slot = free.popLast() { return slot }
      used += 1
      return used - 1
    }
    let computed = Set(code.map(\.result))
    for step in plan.steps.indices where !computed.contains(step) { slots[step] = next() }
    for (index, instruction) in code.enumerated() {
      for source in Set(sources(of: instruction))
      where computed.contains(source) && lastUse[source] == index { free.append(slots[source]) }
      slots[instruction.result] = next()
    }
  }

  private static func access(_ plan: LoopPlan, _ leaf: LoopPlan.Leaf) -> Access {
    var expected = plan.columns
    var contiguous = leaf.columnStride == 1 || plan.columns == 1
    for (extent, stride) in zip(plan.outer, leaf.outerStrides).reversed() {
      if extent != 1 && stride != expected { contiguous = false }
      expected *= extent
    }
    if contiguous { return .contiguous }
    if zip(plan.outer, leaf.outerStrides).contains(where: { $0 != 1 && $1 != 0 }) { return .general }
    return leaf.columnStride == 0 ? .scalar : .row
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
      for step in 0..<steps { registers[step] = scratch + slots[step] * capacity }
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
          for instruction in code {
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

  @inline(__always)
  private func run(
    _ instruction: Instruction, _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>,
    _ elements: Int
  ) {
    if case .call(let index) = instruction.code {
      return call(index, registers[instruction.result], registers, elements)
    }
    instruction.code.run(
      registers[instruction.result], registers[instruction.a], registers[instruction.b],
      registers[instruction.c], elements)
  }

  @inline(never)
  private func call(
    _ index: Int, _ result: UnsafeMutablePointer<T>,
    _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>, _ elements: Int
  ) {
    let (operation, sources) = calls[index]
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
    for instruction in invariantCode {
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
        let register = scratch + slots[input.step] * capacity
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

// MARK: reductions of a block in cache

@inline(__always)
private func addRows<T: Real>(
  _ x: UnsafeMutablePointer<T>, count: Int, length: Int, to sum: UnsafeMutablePointer<T>
) {
  var column = 0
  while column + 16 <= length {
    var value = Lanes<T>(repeating: 0)
    for row in 0..<count { value += load(x + row * length + column) }
    store(load(sum + column) + value, sum + column)
    column += 16
  }
  while column < length {
    var value: T = 0
    for row in 0..<count { value += x[row * length + column] }
    sum[column] += value
    column += 1
  }
}

@inline(__always)
private func maximizeRows<T: KernelReal>(
  _ x: UnsafeMutablePointer<T>, count: Int, length: Int, into result: UnsafeMutablePointer<T>
) {
  for row in 0..<count {
    map(result, result, x + row * length, length) { T.largest($0, $1) }
  }
}

@inline(__always)
private func addShifted<T: Real>(
  _ x: UnsafeMutablePointer<T>, count: Int, length: Int, shift: UnsafeMutablePointer<T>,
  sum: UnsafeMutablePointer<T>, squares: UnsafeMutablePointer<T>
) {
  var column = 0
  while column + 16 <= length {
    let center: Lanes<T> = load(shift + column)
    var (first, second) = (Lanes<T>(repeating: 0), Lanes<T>(repeating: 0))
    for row in 0..<count {
      let difference = load(x + row * length + column) - center
      first += difference
      second += difference * difference
    }
    store(load(sum + column) + first, sum + column)
    store(load(squares + column) + second, squares + column)
    column += 16
  }
  while column < length {
    var (first, second): (T, T) = (0, 0)
    for row in 0..<count {
      let difference = x[row * length + column] - shift[column]
      first += difference
      second += difference * difference
    }
    sum[column] += first
    squares[column] += second
    column += 1
  }
}

@inline(__always)
private func total<T: Real>(_ x: UnsafeMutablePointer<T>, _ count: Int) -> T {
  var sum = Lanes<T>(repeating: 0)
  var i = 0
  while i + 16 <= count {
    sum += load(x + i)
    i += 16
  }
  var result: T = 0
  for lane in 0..<16 { result += sum[lane] }
  while i < count {
    result += x[i]
    i += 1
  }
  return result
}

@inline(__always)
private func largest<T: KernelReal>(_ x: UnsafeMutablePointer<T>, _ count: Int) -> T {
  var result = -T.infinity
  for i in 0..<count { result = T.largest(result, x[i]) }
  return result
}
