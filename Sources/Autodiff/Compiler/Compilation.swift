/// A graph turned into calls and a plan of their memory: everything about a program but the memory itself.
struct Compilation {
  /// The nodes that are computed; a buffer is known by the index of its node.
  let nodes: [CompilerNode]
  /// The calls in order.
  let schedule: Schedule
  /// Where each buffer lies.
  let plan: MemoryPlan
  /// The buffer of each variable's new value, and the variable's own.
  let updates: [(value: Int, variable: Int)]
  /// Where each output of the graph is after a run.
  let outputs: [NodeID: Place]
  /// Where each input and each variable of the graph is.
  let leaves: [NodeID: Place]
  /// Whether each node is a call of its own whose result is in memory after it.
  let checksNumerics: Bool

  /// The buffer of each variable that is another program's, by its path.
  let borrowed: [String: Int]

  /// Compiles what `outputs` and the updates of variables need.
  ///
  /// - Parameters:
  ///   - isUpdating: Whether variables take their new values.
  ///   - borrowed: The paths of variables that are another program's.
  init(
    _ graph: Graph, outputs: [NodeID], updatingVariables isUpdating: Bool = true,
    borrowing borrowed: Set<String> = [], options: CompilerOptions
  ) {
    let graphUpdates = isUpdating ? graph.updates : []
    let leaves = graph.variables.map { graph.read($0).id } + graph.inputs.map(\.node)
    var (nodes, map) = Simplifier.simplify(
      graph, roots: outputs + graphUpdates.map(\.value) + leaves, isEnabled: options.runs(.simplification))
    func node(_ id: NodeID) -> Int { map[id] ?? -1 }
    func isView(_ id: Int) -> Bool {
      let operation = nodes[id].operation
      return operation is Reshape || operation is Slice || operation is Barrier
    }
    func copied(_ id: Int) -> Int {
      let copy = Broadcast(shape: nodes[id].type.shape)
      nodes.append(
        CompilerNode(operation: copy, operands: [id], type: nodes[id].type, path: nodes[id].path))
      return nodes.count - 1
    }

    // A variable that takes over another's old value takes a copy of it, made before either changes.
    let updates = graphUpdates.map { update -> (value: Int, variable: Int) in
      let value = node(update.value)
      let isOwn = !nodes[value].operands.isEmpty && !isView(value)
      return (isOwn ? value : copied(value), node(graph.read(update.variable).id))
    }
    // So does an output that shows the old value of a variable.
    let updated = Set(updates.map(\.variable))
    var outputNodes: [NodeID: Int] = [:]
    for output in outputs where outputNodes[output] == nil {
      var base = node(output)
      while isView(base) { base = nodes[base].operands[0] }
      outputNodes[output] = updated.contains(base) ? copied(node(output)) : node(output)
    }

    let roots = Set(outputNodes.values).union(updates.map(\.value))
    var schedule = Scheduler.schedule(nodes, roots: roots, options: options)
    func place(_ id: Int) -> Place { schedule.places[id] ?? Place(id) }
    self.leaves = Dictionary(leaves.map { ($0, place(node($0))) }, uniquingKeysWith: { first, _ in first })
    self.outputs = outputNodes.mapValues(place)
    let lent = graph.variables.filter { borrowed.contains($0.path) }.map { variable in
      (variable.path, place(node(graph.read(variable).id)).buffer)
    }
    self.borrowed = Dictionary(uniqueKeysWithValues: lent)
    plan = MemoryPlan(
      schedule, updates: updates, outputs: Set(self.outputs.values.map(\.buffer) + updates.map(\.value)),
      partialBytes: schedule.calls.map { $0.plan.partialBytes(graph.precision) },
      borrowed: Set(lent.map(\.1)), options: options)
    for (value, variable) in updates where plan.root(value) != plan.root(variable) {
      let count = nodes[variable].type.shape.count
      schedule.calls.append(
        Schedule.Call(
          plan: CopyPlan(from: Place(value), to: Place(variable), count: count), nodes: [], inPlace: [],
          unfused: []))
    }
    self.nodes = nodes
    self.schedule = schedule
    self.updates = updates
    checksNumerics = options.checksNumerics
  }

  /// The most memory that a call needs for each worker.
  func scratchBytes(_ element: ElementType) -> Int {
    schedule.calls.map { $0.plan.workerBytes(element) }.max() ?? 0
  }

  /// The kernels of the calls, bound to memory.
  func kernels(in memory: Memory, element: ElementType) -> [any Kernel] {
    schedule.calls.enumerated().map { index, call in
      // A call that was added after the memory was planned has no memory of its own.
      let buffer = nodes.count + index
      let partials = Place(buffer < plan.offsets.count ? buffer : 0)
      return call.plan.kernel(in: memory, partials: partials, element: element)
    }
  }
}
