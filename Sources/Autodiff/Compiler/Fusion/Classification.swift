/// What each node of a graph is to the compiler, who reads it, and where its value lies.
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
  /// The kind of each node.
  let kinds: [Kind]
  /// The nodes that read each node.
  let users: [[NodeID]]
  /// The nodes whose values have to be in memory after the run: outputs, and what is assigned to variables.
  let roots: Set<NodeID>
  // The node of each variable, by its path.
  private let variables: [String: NodeID]

  init(_ graph: Graph) {
    self.graph = graph
    variables = graph.reads
    kinds = graph.nodes.map { Classification.kind(of: $0, in: graph) }
    var users = [[NodeID]](repeating: [], count: graph.nodes.count)
    for (id, node) in graph.nodes.enumerated() {
      for operand in Set(node.operands) { users[operand].append(id) }
    }
    self.users = users
    roots = Set(graph.outputs + graph.updates.map { graph.nodes[$0.value].operands[0] })
  }

  private static func kind(of node: Node, in graph: Graph) -> Kind {
    switch node.operation {
    case is Input, is Read: return .leaf
    case is Literal: return .constant
    case is Assign: return .assignment
    case is Reshape, is Barrier: return .view
    case let slice as Slice:
      let leading = graph.nodes[node.operands[0]].type.shape.dimensions[..<slice.axis]
      return leading.allSatisfy { $0 == 1 } ? .view : .call
    case let operation as any Elementwise:
      checkShape(of: node, operation, in: graph)
      return .elementwise
    case is any ProductOperation: return .product
    case is Sum, is Max, is Moments:
      let shape = graph.nodes[node.operands[0]].type.shape
      return fitsLoop(node, over: shape, leaves: [shape]) ? .reduction : .call
    default: return .call
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

  private static func fitsLoop(_ node: Node, over shape: Shape, leaves: [Shape]) -> Bool {
    let reductions = [axes(of: node)]
    guard let domain = LoopDomain(shape, leaves: leaves, reductions: reductions, keepsRows: false) else {
      return false
    }
    return !(node.operation is Moments) || domain.patterns == [.overRows]
  }

  /// The axes that a reduction runs over.
  static func axes(of node: Node) -> [Int] {
    switch node.operation {
    case let sum as Sum: return sum.axes
    case let max as Max: return max.axes
    case let moments as Moments: return moments.axes
    default: return []
    }
  }

  /// Whether a reduction is done in a loop that computes its operand from `leaves`.
  func fitsLoop(_ reduction: NodeID, leaves: [NodeID]) -> Bool {
    let node = graph.nodes[reduction]
    return Classification.fitsLoop(
      node, over: type(node.operands[0]).shape, leaves: leaves.map { type($0).shape })
  }

  /// The axes that a reduction runs over.
  func axes(_ reduction: NodeID) -> [Int] { Classification.axes(of: graph.nodes[reduction]) }

  /// The type of a node.
  func type(_ id: NodeID) -> TensorType { graph.nodes[id].type }

  /// The buffer that holds a value, by the node it belongs to, and where in it.
  func place(_ id: NodeID) -> Place {
    switch kinds[id] {
    case .view:
      let operand = graph.nodes[id].operands[0]
      let base = place(operand)
      guard let slice = graph.nodes[id].operation as? Slice else { return base }
      return Place(base.buffer, offset: base.offset + slice.lower * type(operand).shape.strides[slice.axis])
    case .assignment:
      guard let assign = graph.nodes[id].operation as? Assign, let variable = variables[assign.path] else {
        return Place(id)
      }
      return Place(variable)
    default: return Place(id)
    }
  }

  /// The nodes that read a value other than in a loop.
  func readersThatAreNoLoops(_ id: NodeID) -> [NodeID] {
    users[id].filter { kinds[$0] != .elementwise && kinds[$0] != .reduction }
  }
}
