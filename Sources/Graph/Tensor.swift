/// A symbolic handle to a node's result. It holds no data.
///
/// Operators and functions on tensors append nodes to the graph; nothing is computed until the graph is
/// compiled.
public struct Tensor {
  /// The graph the node belongs to.
  public let graph: GraphBuilder
  /// The node that computes it.
  public let id: NodeID

  /// Creates the tensor of a node.
  ///
  /// - Parameters:
  ///   - graph: The graph the node belongs to.
  ///   - id: The node that computes it.
  public init(graph: GraphBuilder, id: NodeID) {
    self.graph = graph
    self.id = id
  }

  /// The shape and element type.
  public var type: TensorType { graph.nodes[id].type }
  /// The extents.
  public var shape: Shape { type.shape }

  /// Whether the type is known; after an earlier error it may not be.
  public var isKnown: Bool { (graph.nodes[id].operation as? Invalid)?.typeIsKnown ?? true }
}
