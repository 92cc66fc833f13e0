/// The compiled form of an operation. The compiler switches over this and not over operation types.
public struct Lowering: Sendable {
  package enum Kind: Sendable {
    case leaf
    case constant(Constant)
    case view(offset: Int)
    case stretch(any Elementwise)
    case elementwise(any Elementwise)
    case reduction(any Reduction)
    case contraction(any ContractionOperation)
    case kernel(any LoweredOperation)
    case assignment(path: String)
    case marker
    case call
  }

  package let kind: Kind

  private init(_ kind: Kind) { self.kind = kind }

  /// A view: the elements of the only operand from `offset` on, under another shape. It takes neither time
  /// nor memory.
  ///
  /// - Parameter offset: The index of the first element in the operand.
  public static func view(offset: Int = 0) -> Lowering { Lowering(.view(offset: offset)) }

  /// An elementwise function, fused with its neighbors.
  ///
  /// - Parameter operation: The function.
  public static func elementwise(_ operation: any Elementwise) -> Lowering {
    Lowering(.elementwise(operation))
  }

  /// A separate call: the operation's kernel, or its definition.
  public static let call = Lowering(.call)

  /// A reduction, fused into the loop that computes its operand.
  package static func reduction(_ operation: any Reduction) -> Lowering { Lowering(.reduction(operation)) }

  /// A matrix product or a convolution, with a prologue and an epilogue.
  package static func contraction(_ operation: any ContractionOperation) -> Lowering {
    Lowering(.contraction(operation))
  }

  /// A broadcast of the only operand, which a loop reads repeatedly.
  package static func stretch(_ operation: any Elementwise) -> Lowering { Lowering(.stretch(operation)) }

  /// A call of a kernel in this module.
  package static func kernel(_ operation: any LoweredOperation) -> Lowering { Lowering(.kernel(operation)) }

  /// An assignment of the only operand to the variable at a path.
  package static func assignment(path: String) -> Lowering { Lowering(.assignment(path: path)) }

  /// The first operand itself: only a tape makes a difference between the two.
  package static let marker = Lowering(.marker)
}

extension Node {
  /// Returns the lowering of a node with operands of the given types, also for inputs, variables and
  /// constants of a graph.
  package func lowered(_ operands: [TensorType]) -> Lowering.Kind {
    if input != nil || read != nil { return .leaf }
    if let constant { return .constant(constant) }
    return operation.definition?.lowering(operands).kind ?? .call
  }
}
