/// The index of a node in its graph.
public typealias NodeID = Int

/// One value of a graph in static single assignment form: an operation applied to earlier nodes.
public struct Node: Sendable {
  /// The operation that computes it.
  public let operation: any Operation
  /// Its operands, all earlier in the graph.
  public let operands: [NodeID]
  /// Its shape and element type.
  public let type: TensorType
  /// The path of the layer that created it.
  public let path: String
  /// The source location of that layer.
  public let location: SourceLocation?
  /// The forward node whose gradient it belongs to, if a tape emitted it.
  public let gradientOf: NodeID?
  /// The corresponding node of the original graph: the node itself until a compiler pass rewrites the graph,
  /// and nil for a node added by a pass. `gradientOf` also refers to the original graph.
  package let source: NodeID?

  package init(
    operation: any Operation, operands: [NodeID], type: TensorType, path: String = "",
    location: SourceLocation? = nil, gradientOf: NodeID? = nil, source: NodeID? = nil
  ) {
    self.operation = operation
    self.operands = operands
    self.type = type
    self.path = path
    self.location = location
    self.gradientOf = gradientOf
    self.source = source
  }

  /// The node's constant, if it is one. The type cast is skipped for nodes with operands.
  package var constant: Constant? { operands.isEmpty ? operation as? Constant : nil }

  /// The value of every element of a constant with equal elements; nil for any other node.
  package var splat: Double? { constant?.splat }

  /// The node's input, if it is one.
  package var input: Input? { operands.isEmpty ? operation as? Input : nil }

  /// The node's variable read, if it is one.
  package var read: VariableRead? { operands.isEmpty ? operation as? VariableRead : nil }

  /// The default value of an input; nil if the caller must set it, and for any other node.
  package var initialValue: Double? { input?.initialValue }
}
