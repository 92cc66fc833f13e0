/// A graph compiled to calls and a memory plan: a program without its memory.
struct Compilation {
  /// The graph after all passes; a buffer has the index of its node.
  let graph: Graph
  /// The calls in order, without the copies that memory planning has made unnecessary.
  let calls: [Call]
  /// The schedule before memory planning.
  let schedule: CallSchedule
  /// The arena layout.
  let plan: MemoryPlan
  /// The number of calls before the interruption; 0 without one.
  let interruption: Int
  /// The outputs after the forward ones that no later call writes or reads, but the last one did, by the
  /// number of calls until then.
  let completed: [[Int]]
  /// The buffer slice of each output, in the requested order.
  let outputs: [BufferSlice]
  /// The buffer of each input, by name.
  let inputs: [String: BufferView]
  /// The buffer of each variable, by path.
  let variables: [String: BufferView]
  /// Whether each node is a separate call with a materialized result.
  let checksNumerics: Bool
  /// The buffers in the memory of another program, with what they are there.
  let shared: [Int: SharedPlace]

  /// A place in the memory of another program.
  enum SharedPlace {
    case variable(path: String)
    case input(name: String)
  }

  /// A call and its scratch buffer.
  struct Call {
    let call: CallSchedule.Call
    let segment: Segment
    let partials: Int
  }

  /// Compiles what the outputs and the updates of a graph depend on.
  ///
  /// - Parameters:
  ///   - forward: The number of leading outputs that are read before other inputs are set.
  ///   - shared: The paths of variables that belong to another program.
  ///   - elsewhere: The names of inputs of that program in whose memory outputs may be computed, by the
  ///     number of the output.
  ///   - passes: The passes that rewrite the graph.
  init(
    _ original: Graph, forward: Int = 0, sharing shared: Set<String> = [], elsewhere: [Int: String] = [:],
    options: CompilerOptions, passes: [GraphPass] = GraphPass.all
  ) {
    contract(forward == 0 || original.updates.isEmpty, "an interrupted program updates no variables")
    let graph = original.compiled(by: passes, options: options)
    let sides = graph.sides(after: forward)
    var emitted = CallSchedule(graph, sides: sides, options: options)
    if options.runs(.earlyUpdates) { emitted = emitted.updatingEarly(graph) }
    let (schedule, segments) = emitted.divided(after: Array(graph.outputs.prefix(forward)))
    let places = schedule.places
    let reads = graph.reads
    outputs = graph.outputs.map { places[$0] }
    inputs = Dictionary(
      uniqueKeysWithValues: graph.inputs.map {
        ($0.name, BufferView(places[$0.node], graph.nodes[$0.node].type))
      })
    self.variables = reads.mapValues { BufferView(places[$0], graph.nodes[$0].type) }
    let variables = reads.filter { shared.contains($0.key) }
    let names = Compilation.elsewhere(elsewhere, graph, places)
    let plan = MemoryPlan(
      MemoryPlan.Demand(schedule, graph), shared: Set(variables.values), elsewhere: Set(names.keys),
      options: options)
    self.plan = plan
    self.shared =
      Dictionary(uniqueKeysWithValues: variables.map { ($0.value, .variable(path: $0.key)) })
      .merging(plan.placed.compactMapValues { names[$0].map { .input(name: $0) } }) { first, _ in first }
    calls = schedule.calls.enumerated().compactMap { index, call in
      call.plan.isNothing(plan.root)
        ? nil : Call(call: call, segment: segments[index], partials: graph.nodes.count + index)
    }
    let interruption = calls.count { $0.segment != .backward }
    self.interruption = interruption
    // The number of calls that have been made, without those that planning has removed, after each call.
    var (made, count) = ([Int](), 0)
    for call in schedule.calls {
      if !call.plan.isNothing(plan.root) { count += 1 }
      made.append(count)
    }
    var completed = [[Int]](repeating: [], count: calls.count + 1)
    for (place, output) in outputs.dropFirst(forward).enumerated() {
      let last = schedule.calls.lastIndex { call in
        (call.plan.writes + call.plan.reads).contains { $0.buffer == output.buffer }
      }
      completed[max(interruption, last.map { made[$0] } ?? 0)].append(place)
    }
    self.completed = completed
    self.graph = graph
    self.schedule = schedule
    checksNumerics = options.checksNumerics
  }

  // Returns the inputs of another program by the buffers of outputs that may be in their memory: those that
  // are a buffer of their own.
  private static func elsewhere(
    _ names: [Int: String], _ graph: Graph, _ places: [BufferSlice]
  ) -> [Int: String] {
    let uses = Dictionary(grouping: graph.outputs) { places[$0].buffer }
    var buffers: [Int: String] = [:]
    for (output, name) in names {
      let (id, place) = (graph.outputs[output], places[graph.outputs[output]])
      if uses[place.buffer]?.count == 1, graph.buffer(for: place.buffer) == graph.buffer(for: id) {
        buffers[place.buffer] = name
      }
    }
    return buffers
  }

  /// The largest per-worker scratch memory of any call.
  var scratchBytes: Int { graph.byteCount(ofNumbers: calls.map(\.call.plan.workerElements).max() ?? 0) }

  /// Returns the kernels of the calls, bound to memory.
  func kernels(in memory: Memory) -> [any Kernel] {
    func bound<T: KernelReal>(_ call: Call) -> CallMemory<T> {
      CallMemory<T>(memory, partials: BufferSlice(call.partials, Storage(T.element)))
    }
    return graph.precision == .float64
      ? calls.map { $0.call.plan.kernel(in: bound($0) as CallMemory<Double>) }
      : calls.map { $0.call.plan.kernel(in: bound($0) as CallMemory<Float>) }
  }
}
