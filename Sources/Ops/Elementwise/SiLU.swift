/// The sigmoid linear unit of each element.
///
/// An operation of its own, so that the operand is all that its gradient reads: of a product with
/// `sigmoid(x)`, a training step would store both.
package struct Silu: Elementwise {
  package static var arity: Int { 1 }
  package var isCostly: Bool { true }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0] * Sigmoid.value(x[0]) }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * upstream.graph.apply(SiluSlope(), to: [operands[0]])]
  }
}

/// The derivative of the sigmoid linear unit at each element.
package struct SiluSlope: Elementwise {
  package static var arity: Int { 1 }
  package var isCostly: Bool { true }

  package func element<T: Real>(_ x: Elements<T>) -> T {
    let share = Sigmoid.value(x[0])
    return share * (1 + x[0] * (1 - share))
  }

  // s (1 - s) (2 + x (1 - 2 s)), where s is the logistic function.
  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let (x, share) = (operands[0], sigmoid(operands[0]))
    return [upstream * (share * (1 - share) * (x * (1 - share * 2) + 2))]
  }
}

extension Silu: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { x[0] * T.sigmoid(x[0]) }
}

extension SiluSlope: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> {
    let share = T.sigmoid(x[0])
    return share * (1 + x[0] * (1 - share))
  }
}

/// Returns the sigmoid linear unit of each element: x times the logistic function at x (Hendrycks and Gimpel
/// 2016).
///
/// - Parameter x: The tensor.
public func silu(_ x: Tensor) -> Tensor { x.graph.apply(Silu(), to: [x]) }
