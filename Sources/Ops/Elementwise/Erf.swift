/// The error function of each element.
package struct Erf: Elementwise {
  package static var arity: Int { 1 }
  package var isCostly: Bool { true }

  package func element<T: Real>(_ x: Elements<T>) -> T { T.erf(x[0]) }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * (exp(-(operands[0] * operands[0])) * (2 / Double.pi.squareRoot()))]
  }
}

/// Returns the error function of each element.
///
/// - Parameter x: The tensor.
public func erf(_ x: Tensor) -> Tensor { x.graph.apply(Erf(), to: [x]) }

/// Returns the Gaussian error linear unit of each element: x times the standard normal distribution function
/// at x (Hendrycks and Gimpel 2016).
///
/// - Parameter x: The tensor.
public func gelu(_ x: Tensor) -> Tensor { x * 0.5 * (1 + erf(x * 0.5.squareRoot())) }
