/// What an operation comes down to in a compiled program. The compiler asks for this, and not which operation
/// it is.
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

  /// The elements of the only operand where they lie in memory, from the one at `offset` on, under another
  /// shape. It takes neither time nor memory.
  public static func view(offset: Int = 0) -> Lowering { Lowering(.view(offset: offset)) }

  /// A function of the elements at one place, which is fused with what surrounds it.
  public static func elementwise(_ operation: any Elementwise) -> Lowering {
    Lowering(.elementwise(operation))
  }

  /// A call of its own: of the operation's kernel, or of its definition.
  public static let call = Lowering(.call)

  /// A reduction, which is done in the loop that computes its operand.
  package static func reduction(_ operation: any Reduction) -> Lowering { Lowering(.reduction(operation)) }

  /// A product, whose operands and result are computed further while they are in cache.
  package static func contraction(_ operation: any ContractionOperation) -> Lowering {
    Lowering(.contraction(operation))
  }

  /// The only operand over more places, which a loop reads again for each.
  package static func stretch(_ operation: any Elementwise) -> Lowering { Lowering(.stretch(operation)) }

  /// A call of a kernel of this module.
  package static func kernel(_ operation: any LoweredOperation) -> Lowering { Lowering(.kernel(operation)) }

  /// The only operand, put where the variable of a path lies.
  package static func assignment(path: String) -> Lowering { Lowering(.assignment(path: path)) }

  /// The first operand itself: only a tape makes a difference between the two.
  package static let marker = Lowering(.marker)
}

extension Node {
  /// What a node with operands of the given types comes down to, the inputs, variables and constants of a
  /// graph included.
  package func lowered(_ operands: [TensorType]) -> Lowering.Kind {
    if input != nil || read != nil { return .leaf }
    if let constant { return .constant(constant) }
    return operation.definition?.lowering(operands).kind ?? .call
  }
}
