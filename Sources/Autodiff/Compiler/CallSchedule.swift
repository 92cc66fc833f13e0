/// The calls of a program in order, before memory planning. A buffer is identified by the node it holds.
struct CallSchedule {
  struct Call {
    let plan: any KernelPlan
    /// The nodes that the call computes.
    let nodes: [NodeID]
    /// In-place candidates: each result's buffer, with the leaf buffers it may overwrite if they are not read
    /// later.
    let inPlace: [(result: Int, leaves: [Int])]
    /// Large tensors read from memory although another call computes them, with the reason.
    let unfused: [(tensor: NodeID, reason: FusionBlocker)]
  }
  /// The calls in order; a buffer has the index of its node.
  var calls: [Call] = []
  /// The buffer of each node; nil for those without one.
  var buffers: [Buffer?]
  /// The buffer slice of each node's value.
  var places: [BufferSlice]
  /// Buffers that persist between runs: inputs, variables, constants.
  var persistent: Set<Int>
  /// The activations that stay in single precision in a program of mixed precision, with the call that reads
  /// or writes them as they lie.
  var unrounded: [Int: String] = [:]
  /// Constants written once, before the first run: buffer and values.
  var literals: [(buffer: Int, constant: Constant)]

  init(
    buffers: [Buffer?], places: [BufferSlice], persistent: Set<Int>,
    literals: [(buffer: Int, constant: Constant)]
  ) {
    self.buffers = buffers
    self.places = places
    self.persistent = persistent
    self.literals = literals
  }

  /// Returns the buffer of each variable's new value, and of the variable: an update is an assignment, which
  /// writes its operand to the variable.
  func updates(of graph: Graph) -> [(value: Int, variable: Int)] {
    graph.updates.map { update in
      (graph.nodes[update.value].operands[0], places[update.value].buffer)
    }
  }

  /// Creates the schedule of a graph.
  ///
  /// - Parameter sides: The side of an interruption on which each node has to be computed.
  init(_ graph: Graph, sides: [Segment?], options: CompilerOptions) {
    let materialization = Materialization(Classification(graph), options: options)
    var groups = FusionGroups(materialization, sides: sides, options: options)
    self = CallEmission.schedule(groups, options: options)
    if options.precision == .mixed, graph.precision == .float32, options.runs(.bfloat16) {
      let products = LayerProducts(groups.materialization.classes)
      let rounded = RoundedTensors(self, groups, of: products)
      groups.store(rounded.buffers, as: .bfloat16)
      self = CallEmission.schedule(groups, inPairs: products.nodes, options: options)
      unrounded = rounded.exceptions
    }
  }
}
