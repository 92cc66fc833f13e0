/// One step of a fused loop: what is done to a block of elements in cache.
public enum VectorInstruction: Hashable, Sendable {
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

  /// Whether evaluating it twice costs more than keeping its result.
  public var isCostly: Bool {
    switch self {
    case .exp, .log, .tanh, .erf, .sigmoid, .power: return true
    default: return false
    }
  }
}
