/// The kind, the users and the buffer slice of each node of a graph.
struct Classification {
  /// The way a node's value is produced.
  enum Kind {
    /// An input or a variable, present before the run.
    case leaf
    /// A constant, written once before the first run.
    case constant
    /// A view: an alias of its operand's memory.
    case view
    /// Elementwise; fusible into any loop.
    case elementwise
    /// A reduction over the elements of a loop.
    case reduction
    /// A matrix product or a convolution.
    case product
    /// An assignment to a variable's memory.
    case assignment
    /// A separate call.
    case call
  }

  let graph: Graph
  /// The lowering of each node.
  let lowerings: [Lowering.Kind]
  /// The kind of each node.
  let kinds: [Kind]
  /// The nodes that read each node.
  let users: [[NodeID]]
  /// The nodes that must be in memory after the run: outputs and assigned values.
  let roots: Set<NodeID>
  private var places: [BufferSlice]

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

  // Checks that an operation's shape rule agrees with a loop, as it may override the default.
  private static func checkShape(of node: Node, _ operation: any Elementwise, in graph: Graph) {
    let operands = node.operands.map { graph.nodes[$0].type }
    let fits = operands.allSatisfy {
      $0.element == node.type.element && $0.shape.broadcast(with: node.type.shape) == node.type.shape
    }
    guard fits && node.type.element.isReal else {
      fatalError("\(operation.name) is elementwise, but its resultType is \(node.type) for \(operands).")
    }
  }

  /// Returns the operation of a reduction.
  func reduction(_ id: NodeID) -> (any Reduction)? {
    guard case .reduction(let reduction) = lowerings[id] else { return nil }
    return reduction
  }

  /// Returns the operation of an elementwise node.
  func elementwise(_ id: NodeID) -> (any Elementwise)? {
    switch lowerings[id] {
    case .elementwise(let operation), .stretch(let operation): return operation
    default: return nil
    }
  }

  /// Returns whether a node is a broadcast.
  func isStretch(_ id: NodeID) -> Bool { if case .stretch = lowerings[id] { true } else { false } }

  /// Returns the operation of a kernel call or a product.
  func kernel(_ id: NodeID) -> (any LoweredOperation)? {
    switch lowerings[id] {
    case .kernel(let operation): return operation
    case .contraction(let operation): return operation
    default: return nil
    }
  }

  /// Returns the operation of a product.
  func product(_ id: NodeID) -> (any ContractionOperation)? {
    guard case .contraction(let operation) = lowerings[id] else { return nil }
    return operation
  }

  /// Returns whether a reduction can run in a loop that computes its operand from `leaves`.
  func fitsLoop(_ id: NodeID, leaves: [NodeID]) -> Bool {
    let shape = type(graph.nodes[id].operands[0]).shape
    return reduction(id)?.fitsLoop(over: shape, leaves: leaves.map { type($0).shape }) ?? false
  }

  /// Returns the node that computes the elements of a node: that behind its views.
  func source(_ id: NodeID) -> NodeID {
    var id = id
    while kinds[id] == .view { id = graph.nodes[id].operands[0] }
    return id
  }

  /// Returns the type of a node.
  func type(_ id: NodeID) -> TensorType { graph.nodes[id].type }

  /// Returns the buffer slice of a node's value.
  func place(_ id: NodeID) -> BufferSlice { places[id] }

  /// Returns the memory for the value of a node.
  func buffer(for id: NodeID) -> Buffer {
    Buffer(count: type(id).shape.count, storage: places[id].storage)
  }

  /// Stores the values of some buffers as another type.
  mutating func store(_ buffers: Set<Int>, as storage: Storage) {
    places = places.map { place in
      buffers.contains(place.buffer) ? BufferSlice(place.buffer, offset: place.offset, storage) : place
    }
  }

  /// Returns the users of a node that are neither elementwise nor reductions.
  func readersThatAreNoLoops(_ id: NodeID) -> [NodeID] {
    users[id].filter { kinds[$0] != .elementwise && kinds[$0] != .reduction }
  }
}
