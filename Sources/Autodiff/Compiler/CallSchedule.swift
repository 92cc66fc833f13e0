/// A program before memory is laid out: calls in order, each naming its buffers by the node they hold.
struct CallSchedule {
  struct Call {
    let plan: any KernelPlan
    /// The nodes computed in it.
    let nodes: [NodeID]
    /// Results that may lie where a leaf lies, if nobody reads the leaf later: the buffers of the result and
    /// of leaves.
    let inPlace: [(result: Int, leaves: [Int])]
    /// Large tensors that it reads from memory where another call has put them, and why.
    let unfused: [(tensor: NodeID, reason: FusionBlocker)]
  }
  /// What computes each node, in order; a buffer is known by its node's index.
  var calls: [Call] = []
  /// The buffer of each node; nil for those without one.
  var buffers: [Buffer?]
  /// Where each node's value lies.
  var places: [BufferSlice]
  /// Buffers that live from run to run: inputs, variables, constants.
  var persistent: Set<Int>
  /// Literals to be written once: buffer and values.
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

  /// The calls that compute a graph.
  init(_ graph: Graph, options: CompilerOptions) {
    let materialization = Materialization(Classification(graph), options: options)
    let groups = FusionGroups(materialization, options: options)
    self = CallEmission.schedule(groups, options: options)
  }
}
