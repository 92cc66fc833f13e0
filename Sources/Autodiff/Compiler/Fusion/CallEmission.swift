/// Emits the calls of fusion groups: buffers, kernel plans and in-place candidates.
struct CallEmission {
  private let groups: FusionGroups
  private let pairs: Set<NodeID>
  private let options: CompilerOptions
  private var materialization: Materialization { groups.materialization }
  private var classes: Classification { groups.materialization.classes }
  private var nodes: [Node] { groups.materialization.classes.graph.nodes }

  /// Returns the calls of the groups, in order.
  ///
  /// - Parameter pairs: The products that may be computed of pairs of bfloat16.
  static func schedule(
    _ groups: FusionGroups, inPairs pairs: Set<NodeID> = [], options: CompilerOptions
  ) -> CallSchedule {
    let emission = CallEmission(groups: groups, pairs: pairs, options: options)
    var schedule = emission.buffers()
    for (index, group) in groups.groups.enumerated() {
      schedule.calls.append(emission.call(group, index, schedule))
    }
    return schedule
  }

  private func buffers() -> CallSchedule {
    let nodes = nodes
    var schedule = CallSchedule(
      buffers: [Buffer?](repeating: nil, count: nodes.count), places: nodes.indices.map(classes.place),
      persistent: [], literals: [])
    for (id, node) in nodes.enumerated() {
      switch classes.kinds[id] {
      case .leaf:
        schedule.persistent.insert(id)
        schedule.buffers[id] = classes.buffer(for: id)
      case .constant:
        let needsMemory = classes.roots.contains(id) || !classes.readersThatAreNoLoops(id).isEmpty
        guard let constant = node.constant, constant.splat == nil || needsMemory else {
          continue
        }
        schedule.persistent.insert(id)
        schedule.buffers[id] = classes.buffer(for: id)
        schedule.literals.append((id, constant))
      case .view, .assignment: break
      case .elementwise:
        if materialization.isMaterialized[id] { schedule.buffers[id] = classes.buffer(for: id) }
      case .reduction, .call: schedule.buffers[id] = classes.buffer(for: id)
      case .product:
        if groups.isRead[id] || classes.roots.contains(id) || groups.groups[groups.position[id]].steps.isEmpty
        {
          schedule.buffers[id] = classes.buffer(for: id)
        }
      }
    }
    for root in classes.roots where classes.kinds[root] == .view {
      let buffer = classes.place(root).buffer
      schedule.buffers[buffer] = schedule.buffers[buffer] ?? classes.buffer(for: buffer)
    }
    return schedule
  }

  private func call(_ group: FusionGroup, _ index: Int, _ schedule: CallSchedule) -> CallSchedule.Call {
    let unfused = UnfusedReads(groups, options: options).reasons(group, index)
    switch group.base {
    case .assignment(let id):
      let value = placed(nodes[id].operands[0])
      let plan = CopyPlan(from: value.place, to: classes.place(id), count: value.type.shape.count)
      return CallSchedule.Call(plan: plan, nodes: [], inPlace: [], unfused: [])
    case .call(let id):
      guard let operation = nodes[id].operation.definition else {
        fatalError("\(nodes[id].operation.name) has no kernel.")
      }
      let operands = nodes[id].operands.map(placed)
      let plan = operation.call(operands, result: placed(id), choices: choices(id))
      return CallSchedule.Call(plan: plan, nodes: [id], inPlace: [], unfused: unfused)
    case .loop:
      guard let loop = loop(group) else { fatalError("a group was checked to fit a loop") }
      return CallSchedule.Call(
        plan: FusedLoopPlan(loop), nodes: group.stores + group.reductions, inPlace: inPlace(group),
        unfused: unfused)
    case .product(let id): return product(id, group, schedule, unfused)
    }
  }

  private func product(
    _ id: NodeID, _ group: FusionGroup, _ schedule: CallSchedule,
    _ unfused: [(tensor: NodeID, reason: FusionBlocker)]
  ) -> CallSchedule.Call {
    guard let operation = classes.product(id) else {
      fatalError("\(nodes[id].operation.name) is no product.")
    }
    let operands = nodes[id].operands.map(placed)
    let epilogue =
      group.steps.isEmpty
      ? nil
      : loop(group).flatMap { loop in
        group.leaves.firstIndex(of: id).map { EpiloguePlan(loop, tile: $0) }
      }
    let plan = operation.plan(
      operands, result: schedule.buffers[id].map { _ in classes.place(id) }, type: nodes[id].type,
      epilogue: epilogue, choices: choices(id))
    let operandBuffers = Set(
      operands.flatMap { $0.prologue?.leafReads() ?? [$0.place] }.map(\.buffer))
    let inPlace = inPlace(group).map { candidate in
      (result: candidate.result, leaves: candidate.leaves.filter { !operandBuffers.contains($0) })
    }
    return CallSchedule.Call(
      plan: plan, nodes: [id] + group.stores + group.reductions, inPlace: inPlace, unfused: unfused)
  }

  private func choices(_ id: NodeID) -> KernelChoices {
    var choices = options.choices
    choices.allowsPairs = pairs.contains(id)
    return choices
  }

  private func placed(_ id: NodeID) -> BufferView {
    BufferView(
      classes.place(id), classes.type(id), prologue: materialization.isInlined(id) ? prologue(id) : nil)
  }

  // Returns the prologue that computes the rows of a product's operand.
  private func prologue(_ id: NodeID) -> LoopPlan? {
    var group = FusionGroup(over: classes.type(id).shape)
    let result = group.step(id, materialization, isSink: true)
    return loop(group, stores: [LoopPlan.Store(step: result, place: nil)], isByRows: true)
  }

  private func loop(_ group: FusionGroup) -> LoopPlan? {
    let stores = group.stores.compactMap { store in
      group.stepOf[store].map {
        LoopPlan.Store(step: $0, place: classes.place(store), isColumn: group.isColumn(store, classes))
      }
    }
    return loop(group, stores: stores, isByRows: group.product != nil)
  }

  private func loop(_ group: FusionGroup, stores: [LoopPlan.Store], isByRows: Bool) -> LoopPlan? {
    guard let domain = group.domain(classes, isByRows: isByRows) else { return nil }
    let leaves = zip(group.leaves, domain.leafStrides).map { leaf, strides in
      LoopPlan.Leaf(place: classes.place(leaf), outerStrides: strides.outer, columnStride: strides.column)
    }
    let reductions = zip(group.reductions, domain.patterns).compactMap { reduction, pattern in
      group.stepOf[nodes[reduction].operands[0]].flatMap { step in
        classes.reduction(reduction).map {
          LoopPlan.Reduction(
            step: step, operation: type(of: $0), pattern: pattern, place: classes.place(reduction))
        }
      }
    }
    return LoopPlan(
      outer: domain.outer, columns: domain.columns, segments: domain.segments, leaves: leaves,
      steps: group.steps, stores: stores, reductions: reductions)
  }

  // Returns, for each store, the buffers of equally large leaves that are read at the same index and not
  // after the store.
  private func inPlace(_ group: FusionGroup) -> [(result: Int, leaves: [Int])] {
    let lastUse = lastUses(group)
    let buffers = group.leaves.map { classes.place($0).buffer }
    return group.stores.compactMap { store in
      guard let written = group.stepOf[store] else { return nil }
      let leaves = group.leaves.indices.filter { index in
        let leaf = group.leaves[index]
        return leaf != group.product && classes.buffer(for: leaf) == classes.buffer(for: store)
          && (classes.type(leaf).shape == classes.type(store).shape || !group.isColumn(store, classes))
          && (lastUse[index] ?? 0) <= written && classes.place(leaf).offset == 0
          && !buffers.indices.contains { $0 != index && buffers[$0] == buffers[index] }
      }
      return (store, leaves.map { buffers[$0] })
    }
  }

  // Returns the last step that reads each leaf; a reduction of the leaf reads it at the leaf's own step.
  private func lastUses(_ group: FusionGroup) -> [Int: Int] {
    var last: [Int: Int] = [:]
    for (index, step) in group.steps.enumerated() {
      for source in step.sources {
        if case .leaf(let leaf) = group.steps[source] { last[leaf] = index }
      }
    }
    for step in group.reductions.compactMap({ group.stepOf[nodes[$0].operands[0]] }) {
      if case .leaf(let leaf) = group.steps[step] { last[leaf] = max(last[leaf] ?? 0, step) }
    }
    return last
  }
}
