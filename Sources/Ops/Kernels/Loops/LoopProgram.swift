/// A `LoopPlan` compiled to instructions with allocated scratch slots.
struct LoopProgram {
  /// One computed step.
  struct Instruction {
    var formula: any ElementFormula
    var sources: [Int]
    var result: Int
  }
  /// The memory access pattern of a leaf.
  enum Access { case contiguous, row, scalar, general }

  /// The instructions run for each block.
  private(set) var instructions: [Instruction] = []
  /// The loop-invariant instructions, run once.
  private(set) var invariant: [Instruction] = []
  /// Whether each step is loop-invariant.
  private(set) var isInvariant: [Bool]
  /// The scratch slot of each step; steps with disjoint lifetimes share slots.
  private(set) var slots: [Int]

  init(_ plan: LoopPlan) {
    isInvariant = [Bool](repeating: false, count: plan.steps.count)
    slots = Array(plan.steps.indices)
    let whole = plan.columnsPerBlock == plan.columns
    for (index, step) in plan.steps.enumerated() {
      switch step {
      case .constant: isInvariant[index] = true
      case .leaf(let leaf):
        let access = LoopProgram.access(plan, plan.leaves[leaf])
        isInvariant[index] = access == .scalar || (access == .row && whole)
      case .apply(let operation, let sources):
        let instruction = Instruction(formula: operation, sources: sources, result: index)
        if sources.allSatisfy({ isInvariant[$0] }) {
          isInvariant[index] = true
          invariant.append(instruction)
        } else if let (fused, absorbed) = fusion(of: instruction, plan) {
          instructions.removeAll { $0.result == absorbed }
          instructions.append(fused)
        } else {
          instructions.append(instruction)
        }
      }
    }
    shareSlots(plan)
  }

  /// The largest number of operands of any instruction.
  var mostSources: Int {
    [instructions, invariant].joined().reduce(0) { max($0, $1.sources.count) }
  }

  // Fuses an instruction with the single-use producer of one operand.
  private func fusion(of instruction: Instruction, _ plan: LoopPlan) -> (Instruction, absorbed: Int)? {
    guard let operation = instruction.formula as? any Fusing else { return nil }
    for (operand, step) in instruction.sources.enumerated() {
      // A store in between may overwrite what the producer reads.
      guard plan.useCount(of: step) == 1,
        !plan.stores.contains(where: { $0.step > step && $0.step < instruction.result }),
        let producer = instructions.last(where: { $0.result == step })
      else { continue }
      let others = instruction.sources.enumerated().filter { $0.offset != operand }.map(\.element)
      let sources = producer.sources + others
      let constants = sources.map { source -> Double? in
        if case .constant(let value) = plan.steps[source] { return value }
        return nil
      }
      if let formula = operation.fused(with: producer.formula, at: operand, constants: constants) {
        return (Instruction(formula: formula, sources: sources, result: instruction.result), step)
      }
    }
    return nil
  }

  // Instructions run in order, so a slot is free again after the last instruction that reads it.
  private mutating func shareSlots(_ plan: LoopPlan) {
    var lastUse = [Int](repeating: -1, count: plan.steps.count)
    for (index, instruction) in instructions.enumerated() {
      for source in instruction.sources { lastUse[source] = index }
    }
    for store in plan.stores { lastUse[store.step] = instructions.count }
    for reduction in plan.reductions { lastUse[reduction.step] = instructions.count }
    var free: [Int] = []
    var used = 0
    func next() -> Int {
      if let slot = free.popLast() { return slot }
      used += 1
      return used - 1
    }
    let computed = Set(instructions.map(\.result))
    for step in plan.steps.indices where !computed.contains(step) { slots[step] = next() }
    for (index, instruction) in instructions.enumerated() {
      for source in Set(instruction.sources)
      where computed.contains(source) && lastUse[source] == index { free.append(slots[source]) }
      slots[instruction.result] = next()
    }
  }

  /// Returns the access pattern of a leaf.
  static func access(_ plan: LoopPlan, _ leaf: LoopPlan.Leaf) -> Access {
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
}
