/// The steps of a `LoopPlan` as its inner loop runs them: instructions, and where the values lie that they
/// work on.
struct LoopCode {
  /// A step as the inner loop wants it: no enums with storage of their own.
  struct Instruction {
    var code: VectorInstruction
    var a: Int, b: Int, c: Int
    var result: Int
  }
  /// How the rows of a leaf follow one another in memory.
  enum Access { case contiguous, row, scalar, general }

  /// What is computed for each block.
  private(set) var instructions: [Instruction] = []
  /// What is the same in each block, and is computed once.
  private(set) var invariant: [Instruction] = []
  /// The operations that have no instruction, and the steps they read.
  private(set) var calls: [(operation: any Elementwise, sources: [Int])] = []
  /// Whether a step has the same values in each block.
  private(set) var isInvariant: [Bool]
  /// Which piece of scratch memory a step's values lie in; steps whose values are needed at different times
  /// share.
  private(set) var slots: [Int]

  init(_ plan: LoopPlan) {
    isInvariant = [Bool](repeating: false, count: plan.steps.count)
    slots = Array(plan.steps.indices)
    let whole = plan.columnsPerBlock == plan.columns
    for (index, step) in plan.steps.enumerated() {
      switch step {
      case .constant: isInvariant[index] = true
      case .leaf(let leaf):
        let access = LoopCode.access(plan, plan.leaves[leaf])
        isInvariant[index] = access == .scalar || (access == .row && whole)
      case .apply, .call:
        let (instruction, sources) = (instruction(step, result: index), step.sources)
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

  // A step that computes something. An operation without an instruction is kept aside, and called from there.
  private mutating func instruction(_ step: LoopPlan.Step, result: Int) -> Instruction {
    let sources = step.sources
    var code = VectorInstruction.call(calls.count)
    switch step {
    case .apply(let own, _): code = own
    case .call(let operation, _): calls.append((operation, sources))
    case .leaf, .constant: fatalError("the step computes nothing")
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
  private func fusion(of instruction: Instruction, _ plan: LoopPlan) -> (Instruction, absorbed: Int)? {
    func absorbable(_ step: Int, _ code: VectorInstruction) -> Instruction? {
      // What is stored between the two may overwrite what the first one reads.
      guard plan.useCount(of: step) == 1,
        !plan.stores.contains(where: { $0.step > step && $0.step < instruction.result })
      else { return nil }
      return instructions.last { $0.result == step && $0.code == code }
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
  private mutating func shareSlots(_ plan: LoopPlan) {
    var lastUse = [Int](repeating: -1, count: plan.steps.count)
    for (index, instruction) in instructions.enumerated() {
      for source in sources(of: instruction) { lastUse[source] = index }
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
      for source in Set(sources(of: instruction))
      where computed.contains(source) && lastUse[source] == index { free.append(slots[source]) }
      slots[instruction.result] = next()
    }
  }

  /// How the values of a leaf lie in memory.
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
