/// A `LoopPlan` compiled to instructions with allocated scratch slots.
///
/// A value that is the same along each row is a column vector: it is computed once per row. An instruction
/// for every element reads it as it is if its formula can and rows are long, and otherwise spread over the
/// block.
struct LoopProgram {
  /// The formula of one or several steps.
  struct Computation {
    var formula: any ElementFormula
    var sources: [Int]
    var result: Int
    /// Whether it is computed once per row.
    var isColumn: Bool
    /// The layout of each operand; empty if all have a value for every element.
    var layouts: [ElementRows.Layout] = []
  }
  /// One instruction of a block.
  enum Instruction {
    case compute(Computation)
    /// Repeats each value of a column vector along its row.
    case spread(Int, to: Int)
    /// Adds the block to a reduction; those over columns are then known, if rows are whole.
    case reduce(Int)
  }
  /// The memory access pattern of a leaf.
  enum Access {
    case contiguous
    /// The same row for all rows.
    case row
    /// One value per row, contiguous.
    case column
    case scalar
    case general
  }

  /// The instructions run for each block.
  private(set) var instructions: [Instruction] = []
  /// The loop-invariant computations, run once.
  private(set) var invariant: [Computation] = []
  /// Whether each step is loop-invariant.
  private(set) var isInvariant: [Bool]
  /// The loop-invariant steps that are read for a block of rows, not for one.
  private(set) var repeated: [Int] = []
  /// Whether each step is a column vector.
  private(set) var isColumn: [Bool]
  /// The step that each store writes: that of the plan, or the same spread over the block.
  private(set) var stored: [Int] = []
  /// The step that each reduction reads, likewise.
  private(set) var reduced: [Int]
  /// The scratch slot of each step, those of the plan and then the spread ones; steps with disjoint lifetimes
  /// share slots.
  private(set) var slots: [Int] = []
  /// The number of slots.
  private(set) var slotCount = 0
  // The spread step of each column vector that has one.
  private var spread: [Int: Int] = [:]

  init(_ plan: LoopPlan) {
    isInvariant = [Bool](repeating: false, count: plan.steps.count)
    isColumn = isInvariant
    reduced = plan.reductions.map(\.step)
    let whole = plan.columnsPerBlock == plan.columns
    for (index, step) in plan.steps.enumerated() {
      switch step {
      case .constant: isInvariant[index] = true
      case .leaf(let leaf):
        let access = LoopProgram.access(plan, plan.leaves[leaf])
        isInvariant[index] = access == .scalar || (access == .row && whole)
        isColumn[index] = access == .column || (access == .general && plan.leaves[leaf].columnStride == 0)
      case .reduced: isColumn[index] = true
      case .apply(let operation, let sources): append(operation, sources, index, plan)
      }
      // While the step is in the nearest cache.
      for reduction in plan.reductions.indices where plan.reductions[reduction].step == index {
        reduced[reduction] = overBlock(index, plan)
        instructions.append(.reduce(reduction))
      }
    }
    stored = plan.stores.map { $0.isColumn ? $0.step : overBlock($0.step, plan) }
    let read = Set(instructions.flatMap(\.blocks) + stored + reduced)
    repeated = isInvariant.indices.filter { isInvariant[$0] && read.contains($0) }
    shareSlots(plan)
  }

  /// The largest number of operands of any computation.
  var mostSources: Int {
    let computed = instructions.compactMap(\.computation)
    return [computed, invariant].joined().reduce(0) { max($0, $1.sources.count) }
  }

  // Returns a step with a value for every element of the block: itself, or the step that it is spread to.
  private mutating func overBlock(_ step: Int, _ plan: LoopPlan) -> Int {
    guard isColumn[step] else { return step }
    if let spread = spread[step] { return spread }
    let result = plan.steps.count + spread.count
    spread[step] = result
    instructions.append(.spread(step, to: result))
    return result
  }

  private mutating func append(_ operation: any Elementwise, _ sources: [Int], _ index: Int, _ plan: LoopPlan)
  {
    var computation = Computation(formula: operation, sources: sources, result: index, isColumn: false)
    if sources.allSatisfy({ isInvariant[$0] }) {
      isInvariant[index] = true
      invariant.append(computation)
      return
    }
    let isScalar = sources.map { isInvariant[$0] && isSameAtEveryElement($0, plan) }
    computation.isColumn = sources.indices.allSatisfy { isColumn[sources[$0]] || isScalar[$0] }
    isColumn[index] = computation.isColumn
    while let (fused, absorbed) = fusion(of: computation, plan) {
      instructions.removeAll { $0.computation?.result == absorbed }
      computation = fused
    }
    if !computation.isColumn { placeColumns(in: &computation, plan) }
    instructions.append(.compute(computation))
  }

  // Has the column vectors that a computation for every element reads spread, unless it reads them as they
  // are.
  private mutating func placeColumns(in computation: inout Computation, _ plan: LoopPlan) {
    // A fused producer may read what is already spread.
    func isColumnVector(_ source: Int) -> Bool { source < plan.steps.count && isColumn[source] }
    guard computation.sources.contains(where: isColumnVector) else { return }
    if computation.formula is any VectorFormula, !plan.repeatsColumns {
      computation.layouts = computation.sources.map { source in
        isColumnVector(source) ? .column : source < plan.steps.count && isInvariant[source] ? .row : .elements
      }
    } else {
      computation.sources = computation.sources.map { isColumnVector($0) ? overBlock($0, plan) : $0 }
    }
  }

  // Returns whether an invariant step is computed from constants and scalars alone.
  private func isSameAtEveryElement(_ step: Int, _ plan: LoopPlan) -> Bool {
    switch plan.steps[step] {
    case .constant: true
    case .leaf(let leaf): LoopProgram.access(plan, plan.leaves[leaf]) == .scalar
    case .reduced: false
    case .apply(_, let sources): sources.allSatisfy { isSameAtEveryElement($0, plan) }
    }
  }

  // Fuses a computation with the single-use producer of one operand.
  private func fusion(of computation: Computation, _ plan: LoopPlan) -> (Computation, absorbed: Int)? {
    guard let operation = computation.formula as? any Fusing else { return nil }
    for (operand, step) in computation.sources.enumerated() {
      // A store in between may overwrite what the producer reads.
      guard plan.useCount(of: step) == 1,
        !plan.stores.contains(where: { $0.step > step && $0.step < computation.result }),
        let producer = instructions.compactMap(\.computation).last(where: { $0.result == step }),
        producer.isColumn == computation.isColumn
      else { continue }
      let others = computation.sources.enumerated().filter { $0.offset != operand }.map(\.element)
      let sources = producer.sources + others
      let constants = sources.map { source -> Double? in
        if source < plan.steps.count, case .constant(let value) = plan.steps[source] { return value }
        return nil
      }
      if let formula = operation.fused(with: producer.formula, at: operand, constants: constants) {
        var fused = computation
        (fused.formula, fused.sources) = (formula, sources)
        return (fused, step)
      }
    }
    return nil
  }

  // Instructions run in order, so a slot is free again after the last instruction that reads it; a
  // computation may write over its operands, element by element, but not over column vectors that it repeats.
  private mutating func shareSlots(_ plan: LoopPlan) {
    let count = plan.steps.count + spread.count
    var lastUse = [Int](repeating: -1, count: count)
    for (index, instruction) in instructions.enumerated() {
      for source in instruction.sources(reduced) { lastUse[source] = index }
    }
    for step in stored { lastUse[step] = instructions.count }
    var free: [Int] = []
    func next() -> Int {
      if let slot = free.popLast() { return slot }
      slotCount += 1
      return slotCount - 1
    }
    let computed = Set(instructions.compactMap { $0.computation?.result ?? $0.spread })
    slots = (0..<count).map { computed.contains($0) ? -1 : next() }
    for (index, instruction) in instructions.enumerated() {
      let unused = Set(instruction.sources(reduced)).filter { computed.contains($0) && lastUse[$0] == index }
      let repeated = unused.intersection(instruction.repeatedColumns)
      free += unused.subtracting(repeated).sorted().map { slots[$0] }
      if let result = instruction.computation?.result ?? instruction.spread { slots[result] = next() }
      free += repeated.sorted().map { slots[$0] }
    }
  }

  /// Returns the access pattern of a leaf.
  static func access(_ plan: LoopPlan, _ leaf: LoopPlan.Leaf) -> Access {
    func isContiguous(_ distance: Int) -> Bool {
      LoopPlan.Leaf.areContiguous(leaf.outerStrides, over: plan.outer, at: distance)
    }
    if leaf.columnStride == 1 || plan.columns == 1, isContiguous(plan.columns) {
      return .contiguous
    }
    if zip(plan.outer, leaf.outerStrides).contains(where: { $0 != 1 && $1 != 0 }) {
      return leaf.columnStride == 0 && isContiguous(1) ? .column : .general
    }
    return leaf.columnStride == 0 ? .scalar : .row
  }
}

extension LoopProgram.Instruction {
  /// The computation that it does.
  var computation: LoopProgram.Computation? {
    if case .compute(let computation) = self { computation } else { nil }
  }

  /// The step that it spreads a column vector to.
  var spread: Int? { if case .spread(_, let result) = self { result } else { nil } }

  /// The column vectors of which it reads each value for a row.
  var repeatedColumns: [Int] {
    switch self {
    case .compute(let computation):
      zip(computation.sources, computation.layouts).filter { $1 == .column }.map { $0.0 }
    case .spread(let source, _): [source]
    case .reduce: []
    }
  }

  /// The steps of which a computation reads a value for every element.
  var blocks: [Int] {
    guard let computation else { return [] }
    if computation.layouts.isEmpty { return computation.sources }
    return zip(computation.sources, computation.layouts).filter { $1 == .elements }.map { $0.0 }
  }

  /// Returns the steps that it reads.
  ///
  /// - Parameter reduced: The step that each reduction reads.
  func sources(_ reduced: [Int]) -> [Int] {
    switch self {
    case .compute(let computation): computation.sources
    case .spread(let source, _): [source]
    case .reduce(let reduction): [reduced[reduction]]
    }
  }
}
