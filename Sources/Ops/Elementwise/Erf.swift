/// The error function of each element.
package struct Erf: Elementwise {
  package static var arity: Int { 1 }
  package var isCostly: Bool { true }

  package func element<T: Real>(_ x: Elements<T>) -> T { T.erf(x[0]) }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * (exp(-(operands[0] * operands[0])) * (2 / Double.pi.squareRoot()))]
  }
}

/// The error function of each element.
public func erf(_ x: Tensor) -> Tensor { x.graph.apply(Erf(), to: [x]) }

/// Each element times the probability that a standard normal number is below it (Hendrycks and Gimpel 2016).
public func gelu(_ x: Tensor) -> Tensor { x * 0.5 * (1 + erf(x * 0.5.squareRoot())) }
