// The drafts as calls of the program, and why a tensor is read from memory.
extension Scheduler {
  func finished() -> Schedule {
    var schedule = Schedule(
      bufferBytes: [Int](repeating: 0, count: nodes.count), places: [:], persistent: [], literals: [])
    for (id, node) in nodes.enumerated() {
      schedule.places[id] = place(id)
      switch kinds[id] {
      case .given:
        schedule.persistent.insert(id)
        schedule.bufferBytes[id] = node.type.byteCount
      case .constant:
        guard let literal = node.operation as? Literal, !isSplat(id) || needsMemory(id) else { continue }
        schedule.persistent.insert(id)
        schedule.bufferBytes[id] = node.type.byteCount
        schedule.literals.append((id, literal))
      case .view: break
      case .elementwise: if isKept[id] { schedule.bufferBytes[id] = node.type.byteCount }
      case .reduction, .other: schedule.bufferBytes[id] = node.type.byteCount
      case .product:
        if isRead[id] || roots.contains(id) || drafts[position[id]].steps.isEmpty {
          schedule.bufferBytes[id] = node.type.byteCount
        }
      }
    }
    for root in roots where kinds[root] == .product || kinds[root] == .view {
      let buffer = place(root).buffer
      if schedule.bufferBytes[buffer] == 0 { schedule.bufferBytes[buffer] = nodes[buffer].type.byteCount }
    }
    for (index, draft) in drafts.enumerated() {
      schedule.calls.append(call(draft, schedule, unfused: unfused(draft, index)))
    }
    return schedule
  }

  // Tensors with fewer elements are not worth a word.
  private static let fewestElements = 4096

  private func unfused(_ draft: Draft, _ index: Int) -> [(tensor: Int, reason: Refusal)] {
    var reasons: [(tensor: Int, reason: Refusal)] = []
    func add(_ leaf: Int, _ reason: (_ producer: Int) -> Refusal) {
      let producer = position[place(leaf).buffer]
      guard producer >= 0, producer != index, nodes[leaf].type.shape.count >= Scheduler.fewestElements,
        !reasons.contains(where: { $0.tensor == leaf })
      else { return }
      reasons.append((leaf, reason(producer)))
    }
    if let reader = draft.product ?? draft.other {
      for operand in nodes[reader].operands {
        for leaf in isOnTheFly(operand) ? leaves(of: operand) : [operand] {
          add(leaf) { _ in
            whyKept[leaf] ?? (kinds[leaf] == .reduction ? .unfinishedReduction : .product)
          }
        }
      }
    }
    for sink in draft.stores + draft.reductions {
      for leaf in leaves(of: sink) {
        add(leaf) { producer in
          refusals[sink]?[producer]
            ?? (options.runs(.fusion)
              ? kinds[leaf] == .reduction ? .unfinishedReduction : .laterOperand : .switchedOff)
        }
      }
    }
    return reasons
  }

  // A constant read by something that is no loop.
  private func needsMemory(_ id: Int) -> Bool { roots.contains(id) || !readersThatAreNoLoops(id).isEmpty }

  private func placed(_ id: Int) -> PlacedTensor {
    PlacedTensor(place(id), nodes[id].type, prologue: isOnTheFly(id) ? prologue(id) : nil)
  }

  // The loop that computes the rows of a product's operand.
  private func prologue(_ id: Int) -> LoopPlan? {
    var draft = Draft(shape: nodes[id].type.shape)
    draft.isByRows = true
    let result = step(id, in: &draft, isSink: true)
    return loop(draft, stores: [LoopPlan.Store(step: result, place: nil)])
  }

  private func call(
    _ draft: Draft, _ schedule: Schedule, unfused: [(tensor: Int, reason: Refusal)]
  ) -> Schedule.Call {
    if let other = draft.other, let operation = nodes[other].operation as? any TensorOperation {
      let operands = nodes[other].operands.map(placed)
      let plan = operation.call(operands, result: placed(other), choices: options.choices)
      return Schedule.Call(plan: plan, nodes: [other], inPlace: [], unfused: unfused)
    }
    guard let product = draft.product, let operation = nodes[product].operation as? any ProductOperation
    else {
      guard let loop = loop(draft) else { fatalError("a draft was checked to fit a loop") }
      return Schedule.Call(
        plan: FusedLoopPlan(loop), nodes: draft.stores + draft.reductions, inPlace: inPlace(draft),
        unfused: unfused)
    }
    let operands = nodes[product].operands.map(placed)
    let epilogue =
      draft.steps.isEmpty
      ? nil
      : loop(draft).flatMap { loop in
        draft.leaves.firstIndex(of: product).map { EpiloguePlan(loop, tile: $0) }
      }
    let plan = operation.plan(
      operands, result: schedule.bufferBytes[product] > 0 ? Place(product) : nil,
      type: nodes[product].type, epilogue: epilogue, choices: options.choices)
    let operandBuffers = Set(
      operands.flatMap { $0.prologue?.leafReads() ?? [$0.place] }.map(\.buffer))
    let inPlace = inPlace(draft).map { candidate in
      (
        result: candidate.result,
        leaves: candidate.leaves.filter { !operandBuffers.contains(place($0).buffer) }
      )
    }
    return Schedule.Call(
      plan: plan, nodes: [product] + draft.stores + draft.reductions, inPlace: inPlace, unfused: unfused)
  }

  private func loop(_ draft: Draft) -> LoopPlan? {
    let stores = draft.stores.compactMap { store in
      draft.stepOf[store].map { LoopPlan.Store(step: $0, place: Place(store)) }
    }
    return loop(draft, stores: stores)
  }

  private func loop(_ draft: Draft, stores: [LoopPlan.Store]) -> LoopPlan? {
    guard let domain = domain(draft) else { return nil }
    let leaves = zip(draft.leaves, domain.leafStrides).map { leaf, strides in
      LoopPlan.Leaf(place: place(leaf), outerStrides: strides.outer, columnStride: strides.column)
    }
    let reductions = zip(draft.reductions, domain.patterns).compactMap { reduction, pattern in
      draft.stepOf[nodes[reduction].operands[0]].map { step in
        LoopPlan.Reduction(step: step, kind: kind(reduction), pattern: pattern, place: Place(reduction))
      }
    }
    return LoopPlan(
      outer: domain.outer, columns: domain.columns, segments: domain.segments, leaves: leaves,
      steps: draft.steps, stores: stores, reductions: reductions)
  }

  private func kind(_ reduction: Int) -> LoopPlan.Reduction.Kind {
    switch nodes[reduction].operation {
    case is Moments: return .moments
    case is Max: return .max
    default: return .sum
    }
  }

  // Leaves as large as a result, read at the same index and not after the result is written.
  private func inPlace(_ draft: Draft) -> [(result: Int, leaves: [Int])] {
    let lastUse = lastUses(draft)
    return draft.stores.compactMap { store in
      guard let written = draft.stepOf[store] else { return nil }
      let leaves = draft.leaves.indices.filter { index in
        let leaf = draft.leaves[index]
        return leaf != draft.product && nodes[leaf].type.byteCount == nodes[store].type.byteCount
          && (lastUse[index] ?? 0) <= written && place(leaf).offset == 0
          && !draft.leaves.indices.contains {
            $0 != index && place(draft.leaves[$0]).buffer == place(leaf).buffer
          }
      }
      return (store, leaves.map { draft.leaves[$0] })
    }
  }

  // The last step that reads each leaf; a reduction or a copied-out store of the leaf reads it at the very
  // end.
  private func lastUses(_ draft: Draft) -> [Int: Int] {
    var last: [Int: Int] = [:]
    for (index, step) in draft.steps.enumerated() {
      for source in step.sources {
        if case .leaf(let leaf) = draft.steps[source] { last[leaf] = index }
      }
    }
    for reduction in draft.reductions {
      if let step = draft.stepOf[nodes[reduction].operands[0]], case .leaf(let leaf) = draft.steps[step] {
        last[leaf] = Int.max
      }
    }
    return last
  }
}
