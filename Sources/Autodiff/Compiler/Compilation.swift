/// A graph turned into calls and a plan of their memory: everything about a program but the memory itself.
struct Compilation {
  /// The graph that is computed, after all passes; a buffer is known by the index of its node.
  let graph: Graph
  /// The calls in order. A copy that the memory plan has made unnecessary is not among them.
  let calls: [Call]
  /// The schedule before memory planning.
  let schedule: CallSchedule
  /// Where each buffer lies.
  let plan: MemoryPlan
  /// Where each output is after a run, in the order they were asked for.
  let outputs: [BufferSlice]
  /// Where each input is, by its name.
  let inputs: [String: BufferView]
  /// Where each variable is, by its path.
  let variables: [String: BufferView]
  /// Whether each node is a call of its own whose result is in memory after it.
  let checksNumerics: Bool
  /// The buffer of each variable that is another program's, by its path.
  let shared: [String: Int]

  /// A call, and the buffer of its own memory.
  struct Call {
    let call: CallSchedule.Call
    let partials: Int
  }

  /// Compiles what the outputs and the updates of a graph need.
  ///
  /// - Parameters:
  ///   - shared: The paths of variables that are another program's.
  ///   - passes: What rewrites the graph first.
  init(
    _ original: Graph, sharing shared: Set<String> = [], options: CompilerOptions,
    passes: [GraphPass] = GraphPass.all
  ) {
    let graph = original.compiled(by: passes, options: options)
    let schedule = CallSchedule(graph, options: options)
    let places = schedule.places
    let reads = graph.reads
    outputs = graph.outputs.map { places[$0] }
    inputs = Dictionary(
      uniqueKeysWithValues: graph.inputs.map {
        ($0.name, BufferView(places[$0.node], graph.nodes[$0.node].type))
      })
    variables = reads.mapValues { BufferView(places[$0], graph.nodes[$0].type) }
    self.shared = reads.filter { shared.contains($0.key) }
    plan = MemoryPlan(
      MemoryPlan.Demand(schedule, graph), shared: Set(self.shared.values), options: options)
    let plan = plan
    calls = schedule.calls.enumerated().compactMap { index, call in
      call.plan.isNothing(plan.root) ? nil : Call(call: call, partials: graph.nodes.count + index)
    }
    self.graph = graph
    self.schedule = schedule
    checksNumerics = options.checksNumerics
  }

  /// The most memory that a call needs for each worker.
  var scratchBytes: Int { graph.byteCount(ofNumbers: calls.map(\.call.plan.workerElements).max() ?? 0) }

  /// The kernels of the calls, bound to memory.
  func kernels(in memory: Memory) -> [any Kernel] {
    func kernels<T: KernelReal>(computingIn precision: T.Type) -> [any Kernel] {
      calls.map {
        let partials = BufferSlice($0.partials, Storage(T.element))
        return $0.call.plan.kernel(in: CallMemory<T>(memory, partials: partials))
      }
    }
    return graph.precision == .float64
      ? kernels(computingIn: Double.self) : kernels(computingIn: Float.self)
  }
}
