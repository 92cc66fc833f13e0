/// The hyperbolic tangent of each element.
package struct Tanh: Elementwise {
  package static var arity: Int { 1 }
  package var isCostly: Bool { true }

  package func element<T: Real>(_ x: Elements<T>) -> T { T.tanh(x[0]) }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * (1 - result * result)]
  }
}

extension Tanh: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { T.tanh(x[0]) }
}

/// Returns the hyperbolic tangent of each element.
///
/// - Parameter x: The tensor.
public func tanh(_ x: Tensor) -> Tensor { x.graph.apply(Tanh(), to: [x]) }
