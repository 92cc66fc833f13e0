/// Which operation of a model a node is, and where it was written: what reports call a node.
public struct NodeOrigin: Hashable, Sendable, CustomStringConvertible {
  /// The operation's name.
  public let operation: String
  /// The type of its result.
  public let type: TensorType
  /// The operation whose gradient the node is a part of, if a tape emitted it.
  public let gradientOf: String?
  /// The path of the layer that made it, empty at the top.
  public let path: String
  /// Where that layer was written, if it says so.
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
