/// An elementwise operation that one instruction computes in a fused loop.
package protocol VectorOperation: Elementwise {
  /// The instruction.
  var instruction: VectorInstruction { get }
}

extension VectorOperation {
  public var isCostly: Bool { instruction.isCostly }
}

/// One step of a fused loop: what is done to a block of elements in cache.
package enum VectorInstruction: Hashable, Sendable {
  case add, subtract, multiply, divide, maximum, minimum
  case negate, absolute, exp, log, sqrt, reciprocalSquareRoot, tanh, erf, sigmoid, relu
  case power(Double)
  case less, lessOrEqual, equal
  /// The second operand where the first is not 0, else the third.
  case select
  /// The product of the first two operands plus the third, rounded once.
  case multiplyAdd
  /// The third operand less the product of the first two, rounded once.
  case subtractProduct
  /// The second operand where the first is positive, else 0.
  case passPositive
  /// The operand itself: a change of shape.
  case copy
  /// An operation that is none of these, by its index among those that the loop calls.
  case call(Int)

  /// Whether evaluating it twice costs more than keeping its result.
  package var isCostly: Bool {
    switch self {
    case .exp, .log, .tanh, .erf, .sigmoid, .power: return true
    default: return false
    }
  }
}
