/// The kind, the users and the place in memory of each node of a graph.
struct Classification {
  /// How the value of a node comes about.
  enum Kind {
    /// It is there before the run: an input or a variable.
    case leaf
    /// It is written once, before the first run.
    case constant
    /// It lies where its operand lies.
    case view
    /// It is computed element by element, in any loop.
    case elementwise
    /// It is reduced from the elements of a loop.
    case reduction
    /// It is a matrix product or a convolution.
    case product
    /// It takes the memory of a variable.
    case assignment
    /// It is a call of its own.
    case call
  }

  let graph: Graph
  /// The lowering of each node.
  let lowerings: [Lowering.Kind]
  /// The kind of each node.
  let kinds: [Kind]
  /// The nodes that read each node.
  let users: [[NodeID]]
  /// The nodes whose values have to be in memory after the run: outputs, and what is assigned to variables.
  let roots: Set<NodeID>
  private let places: [BufferSlice]

  init(_ graph: Graph) {
    self.graph = graph
    let lowerings = graph.nodes.indices.map(graph.lowering)
    self.lowerings = lowerings
    kinds = graph.nodes.indices.map { Classification.kind(of: graph.nodes[$0], lowerings[$0], in: graph) }
    var users = [[NodeID]](repeating: [], count: graph.nodes.count)
    for (id, node) in graph.nodes.enumerated() {
      for operand in Set(node.operands) { users[operand].append(id) }
    }
    self.users = users
    let variables = graph.reads
    var places: [BufferSlice] = []
    for (id, node) in graph.nodes.enumerated() {
      switch lowerings[id] {
      case .view(let offset): places.append(places[node.operands[0]].advanced(by: offset))
      case .marker: places.append(places[node.operands[0]])
      case .assignment(let path): places.append(BufferSlice(variables[path] ?? id, graph.storage(of: id)))
      default: places.append(BufferSlice(id, graph.storage(of: id)))
      }
    }
    self.places = places
    roots = Set(graph.outputs + graph.updates.map { graph.nodes[$0.value].operands[0] })
  }

  private static func kind(of node: Node, _ lowering: Lowering.Kind, in graph: Graph) -> Kind {
    switch lowering {
    case .leaf: return .leaf
    case .constant: return .constant
    case .view, .marker: return .view
    case .elementwise(let operation), .stretch(let operation):
      checkShape(of: node, operation, in: graph)
      return .elementwise
    case .reduction(let reduction):
      let shape = graph.nodes[node.operands[0]].type.shape
      return reduction.fitsLoop(over: shape, leaves: [shape]) ? .reduction : .call
    case .contraction: return .product
    case .assignment: return .assignment
    case .kernel, .call: return .call
    }
  }

  // A shape rule of its own might say something else than what a loop does.
  private static func checkShape(of node: Node, _ operation: any Elementwise, in graph: Graph) {
    let operands = node.operands.map { graph.nodes[$0].type }
    let fits = operands.allSatisfy {
      $0.element == node.type.element && $0.shape.broadcast(with: node.type.shape) == node.type.shape
    }
    guard fits && node.type.element.isReal else {
      fatalError("\(operation.name) is elementwise, but its resultType is \(node.type) for \(operands).")
    }
  }

  /// The operation of a reduction.
  func reduction(_ id: NodeID) -> (any Reduction)? {
    guard case .reduction(let reduction) = lowerings[id] else { return nil }
    return reduction
  }

  /// The function of an elementwise node.
  func elementwise(_ id: NodeID) -> (any Elementwise)? {
    switch lowerings[id] {
    case .elementwise(let operation), .stretch(let operation): return operation
    default: return nil
    }
  }

  /// Whether a node repeats its operand over more places.
  func isStretch(_ id: NodeID) -> Bool { if case .stretch = lowerings[id] { true } else { false } }

  /// The operation of a call of a kernel.
  func kernel(_ id: NodeID) -> (any LoweredOperation)? {
    switch lowerings[id] {
    case .kernel(let operation): return operation
    case .contraction(let operation): return operation
    default: return nil
    }
  }

  /// The operation of a product.
  func product(_ id: NodeID) -> (any ContractionOperation)? {
    guard case .contraction(let operation) = lowerings[id] else { return nil }
    return operation
  }

  /// Whether a reduction is done in a loop that computes its operand from `leaves`.
  func fitsLoop(_ id: NodeID, leaves: [NodeID]) -> Bool {
    let shape = type(graph.nodes[id].operands[0]).shape
    return reduction(id)?.fitsLoop(over: shape, leaves: leaves.map { type($0).shape }) ?? false
  }

  /// The type of a node.
  func type(_ id: NodeID) -> TensorType { graph.nodes[id].type }

  /// The buffer that holds a value, by the node it belongs to, and where in it.
  func place(_ id: NodeID) -> BufferSlice { places[id] }

  /// The nodes that read a value other than in a loop.
  func readersThatAreNoLoops(_ id: NodeID) -> [NodeID] {
    users[id].filter { kinds[$0] != .elementwise && kinds[$0] != .reduction }
  }
}
