import Foundation

/// The Gaussian error linear unit of each element: x times the standard normal distribution function at x
/// (Hendrycks and Gimpel 2016).
package struct Gelu: Elementwise {
  package static var arity: Int { 1 }
  package var isCostly: Bool { true }

  package func element<T: Real>(_ x: Elements<T>) -> T { Gelu.value(x[0]) }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * upstream.graph.apply(GeluSlope(), to: [operands[0]])]
  }

  static func value<T: Real>(_ x: T) -> T {
    x < -40 ? 0 : T(Double(x) * 0.5 * Foundation.erfc(-Double(x) * 0.5.squareRoot()))
  }
}

/// The derivative of the Gaussian error linear unit at each element.
package struct GeluSlope: Elementwise {
  package static var arity: Int { 1 }
  package var isCostly: Bool { true }

  package func element<T: Real>(_ x: Elements<T>) -> T { GeluSlope.value(x[0]) }

  // The density times 2 - x^2.
  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let square = operands[0] * operands[0]
    return [upstream * (exp(square * -0.5) * (2 - square) * (1 / (2 * Double.pi).squareRoot()))]
  }

  static func value<T: Real>(_ x: T) -> T {
    let x = min(max(Double(x), -40), 40)
    let density = Foundation.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    return T(0.5 * Foundation.erfc(-x * 0.5.squareRoot()) + x * density)
  }
}

extension Gelu: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { T.gelu(x[0]) }
}

extension GeluSlope: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { T.geluSlope(x[0]) }
}

/// Returns the Gaussian error linear unit of each element: x times the standard normal distribution function
/// at x (Hendrycks and Gimpel 2016).
///
/// - Parameter x: The tensor.
public func gelu(_ x: Tensor) -> Tensor { x.graph.apply(Gelu(), to: [x]) }
