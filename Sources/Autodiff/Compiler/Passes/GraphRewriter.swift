/// The output graph of a pass, built node by node.
struct GraphRewriter {
  private(set) var nodes: [Node] = []

  init() {}

  /// Creates a rewriter that starts with the nodes of a graph.
  init(_ graph: Graph) { nodes = graph.nodes }

  /// Appends a node and returns its index.
  mutating func append(_ node: Node) -> NodeID {
    nodes.append(node)
    return nodes.count - 1
  }

  /// Returns the type of a node.
  func type(_ id: NodeID) -> TensorType { nodes[id].type }

  /// Returns the value of every element of a constant with equal elements; nil for any other node.
  func splat(_ id: NodeID) -> Double? { nodes[id].splat }
}

extension Node {
  /// Returns this node with other operands and, if given, another operation or type.
  func over(_ operands: [NodeID], operation: (any Operation)? = nil, type: TensorType? = nil) -> Node {
    Node(
      operation: operation ?? self.operation, operands: operands, type: type ?? self.type, path: path,
      location: location, gradientOf: gradientOf, source: source)
  }

  /// Returns a node that a pass adds next to this one, with its path and source location.
  func followed(by operation: any Operation, over operands: [NodeID], _ type: TensorType) -> Node {
    Node(operation: operation, operands: operands, type: type, path: path, location: location)
  }
}

extension Graph {
  /// Returns the graph of the nodes that `rule` emits for this one's, in order.
  ///
  /// - Parameter rule: Given each node, with its operands already in the new graph, and its index in this
  ///   one, appends the replacement and returns its index. For a node without users it may return any number.
  func rewritten(_ rule: (inout GraphRewriter, Node, NodeID) -> NodeID) -> Graph {
    var rewriter = GraphRewriter()
    var map: [NodeID] = []
    map.reserveCapacity(nodes.count)
    var isMoved = false
    for (id, node) in nodes.enumerated() {
      let place = rule(&rewriter, isMoved ? node.over(node.operands.map { map[$0] }) : node, id)
      isMoved = isMoved || place != id
      map.append(place)
    }
    var result = self
    result.nodes = rewriter.nodes
    result.outputs = outputs.map { map[$0] }
    result.updates = updates.map { ($0.variable, map[$0.value]) }
    result.checkpoints = []
    return result
  }
}
