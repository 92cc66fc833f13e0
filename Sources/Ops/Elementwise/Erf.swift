/// The error function of each element.
package struct Erf: Elementwise {
  package static var arity: Int { 1 }
  package var isCostly: Bool { true }

  package func element<T: Real>(_ x: Elements<T>) -> T { T.erf(x[0]) }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * (exp(-(operands[0] * operands[0])) * (2 / Double.pi.squareRoot()))]
  }
}

extension Erf: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { T.erf(x[0]) }
}

/// Returns the error function of each element.
///
/// - Parameter x: The tensor.
public func erf(_ x: Tensor) -> Tensor { x.graph.apply(Erf(), to: [x]) }
