/// Each element raised to a constant power.
package struct Power: Elementwise {
  /// The exponent.
  package let exponent: Double

  package static var arity: Int { 1 }
  package var isCostly: Bool { true }

  package func element<T: Real>(_ x: Elements<T>) -> T { T.pow(x[0], T(exponent)) }

  // Low powers are special cases, as 0 * x^-1 would be NaN at 0.
  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    switch exponent {
    case 0: return [nil]
    case 1: return [upstream]
    case 2: return [upstream * (operands[0] * 2)]
    default: return [upstream * (pow(operands[0], exponent - 1) * exponent)]
    }
  }
}

/// Returns each element raised to a constant power.
///
/// - Parameters:
///   - x: The tensor.
///   - exponent: The exponent of every element.
public func pow(_ x: Tensor, _ exponent: Double) -> Tensor {
  x.graph.apply(Power(exponent: exponent), to: [x])
}
