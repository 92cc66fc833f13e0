/// The square root of each element.
package struct Sqrt: Elementwise {
  package static var arity: Int { 1 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0].squareRoot() }

  package func fault(of operands: [ElementRange]) -> String? {
    operands[0].least < 0 ? "the root of a number below 0" : nil
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * 0.5 / result]
  }
}

/// The reciprocal square root of each element.
package struct Rsqrt: Elementwise {
  package static var arity: Int { 1 }

  package func element<T: Real>(_ x: Elements<T>) -> T { 1 / x[0].squareRoot() }

  package func fault(of operands: [ElementRange]) -> String? {
    if operands[0].least < 0 { return "the root of a number below 0" }
    return operands[0].least == 0 ? "one over the root of 0" : nil
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * -0.5 * (result * result * result)]
  }
}

extension Sqrt: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { x[0].squareRoot() }
}

extension Rsqrt: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { 1 / x[0].squareRoot() }
}

/// Returns the square root of each element.
///
/// - Parameter x: The tensor.
public func sqrt(_ x: Tensor) -> Tensor { x.graph.apply(Sqrt(), to: [x]) }

/// Returns the reciprocal square root of each element.
///
/// - Parameter x: The tensor.
public func rsqrt(_ x: Tensor) -> Tensor { x.graph.apply(Rsqrt(), to: [x]) }
