/// The graph that a pass makes of another, appended node by node.
struct GraphRewriter {
  private(set) var nodes: [Node] = []

  init() {}

  /// A rewriter that has all nodes of a graph already.
  init(_ graph: Graph) { nodes = graph.nodes }

  /// Appends a node and returns its index.
  mutating func append(_ node: Node) -> NodeID {
    nodes.append(node)
    return nodes.count - 1
  }

  /// The type of a node.
  func type(_ id: NodeID) -> TensorType { nodes[id].type }

  /// The value of every element of a constant whose elements are equal; nil for any other node.
  func splat(_ id: NodeID) -> Double? { nodes[id].splat }
}

extension Node {
  /// This node over other operands, and another operation if one is given.
  func over(_ operands: [NodeID], operation: (any Operation)? = nil) -> Node {
    Node(
      operation: operation ?? self.operation, operands: operands, type: type, path: path, location: location,
      gradientOf: gradientOf, source: source)
  }

  /// A node that a pass adds beside this one, with its path and its place in the source.
  func followed(by operation: any Operation, over operands: [NodeID], _ type: TensorType) -> Node {
    Node(operation: operation, operands: operands, type: type, path: path, location: location)
  }
}

extension Graph {
  /// Returns the graph of the nodes that `rule` gives for this one's, in order.
  ///
  /// - Parameter rule: Given each node, its operands already those of the new graph, and its index in this
  ///   one, appends what takes its place and returns the index of that. A node without a user may be dropped
  ///   by returning any other number.
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
