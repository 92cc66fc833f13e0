/// The index of a node in its graph.
public typealias NodeID = Int

/// One value of a graph in static single assignment form: an operation applied to earlier nodes.
public struct Node: Sendable {
  /// What computes it.
  public let operation: any Operation
  /// Its operands, all earlier in the graph.
  public let operands: [NodeID]
  /// Its shape and element.
  public let type: TensorType
  /// The path of the layer that made it.
  public let path: String
  /// Where that layer was written.
  public let location: SourceLocation?
  /// The node whose gradient it is a part of, if a tape emitted it.
  public let gradientOf: NodeID?
  /// The node of the graph as it was built that it computes: itself until a compiler pass rewrites the graph,
  /// and nil for a node that a pass has added. `gradientOf` names a node of the graph as it was built too.
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

  /// The constant that it is, if it is one. What has operands is not asked for its type.
  package var constant: Constant? { operands.isEmpty ? operation as? Constant : nil }

  /// The value of every element of a constant whose elements are equal; nil for any other node.
  package var splat: Double? { constant?.splat }

  /// The input that it is, if it is one.
  package var input: Input? { operands.isEmpty ? operation as? Input : nil }

  /// The variable that it reads, if it reads one.
  package var read: VariableRead? { operands.isEmpty ? operation as? VariableRead : nil }

  /// What every element of an input is until the caller says otherwise; nil for one that the caller has to
  /// set, and for what is no input.
  package var initialValue: Double? { input?.initialValue }
}
