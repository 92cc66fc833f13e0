/// The operation, layer and source location of a node, as reports print it.
public struct NodeOrigin: Hashable, Sendable, CustomStringConvertible {
  /// The operation's name.
  public let operation: String
  /// The type of its result.
  public let type: TensorType
  /// The operation whose gradient the node belongs to, if a tape emitted it.
  public let gradientOf: String?
  /// The path of the layer that created it, empty at the top.
  public let path: String
  /// The source location of that layer, if known.
  public let location: SourceLocation?

  init(of node: Node, in graph: Graph) {
    operation = node.operation.name
    type = node.type
    gradientOf = node.gradientOf.map { graph.nodes[$0].operation.name }
    path = node.path
    location = node.location
  }

  /// `Log f32[8,16] in the gradient of Power at layer1.0.conv1 (MyModel/Encoder.swift:12)`.
  public var description: String {
    let parts = [
      "\(operation) \(type)", gradientOf.map { "in the gradient of \($0)" },
      path.isEmpty ? nil : "at \(path)", location.map { "(\($0))" },
    ]
    return parts.compactMap { $0 }.joined(separator: " ")
  }
}
