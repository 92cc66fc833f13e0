/// The exponential of each element.
package struct Exp: Elementwise {
  package static var arity: Int { 1 }
  package var isCostly: Bool { true }

  package func element<T: Real>(_ x: Elements<T>) -> T { T.exp(x[0]) }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * result]
  }
}

/// The natural logarithm of each element.
package struct Log: Elementwise {
  package static var arity: Int { 1 }
  package var isCostly: Bool { true }

  package func element<T: Real>(_ x: Elements<T>) -> T { T.log(x[0]) }

  package func fault(of operands: [ElementRange]) -> String? {
    if operands[0].least < 0 { return "the logarithm of a number below 0" }
    return operands[0].least == 0 ? "the logarithm of 0" : nil
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream / operands[0]]
  }
}

extension Exp: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { T.exp(x[0]) }
}

extension Log: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { T.log(x[0]) }
}

/// Returns the exponential of each element.
///
/// - Parameter x: The tensor.
public func exp(_ x: Tensor) -> Tensor { x.graph.apply(Exp(), to: [x]) }

/// Returns the natural logarithm of each element.
///
/// - Parameter x: The tensor.
public func log(_ x: Tensor) -> Tensor { x.graph.apply(Log(), to: [x]) }
