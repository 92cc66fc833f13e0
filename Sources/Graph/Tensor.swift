/// A value of a graph, by name and not by number: what layers and losses are written with.
///
/// Operators and functions on tensors append nodes to the graph; nothing is computed until it is compiled.
public struct Tensor {
  /// The graph the value belongs to.
  public let graph: GraphBuilder
  /// The node that computes it.
  public let id: NodeID

  /// The tensor of a node.
  public init(graph: GraphBuilder, id: NodeID) {
    self.graph = graph
    self.id = id
  }

  /// Shape and element.
  public var type: TensorType { graph.nodes[id].type }
  /// The extents.
  public var shape: Shape { type.shape }

  /// Whether the type is a real one: an earlier mistake can leave a tensor without.
  public var isKnown: Bool { (graph.nodes[id].operation as? Invalid)?.typeIsKnown ?? true }
}
