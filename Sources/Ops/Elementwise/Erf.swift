/// The error function of each element.
public struct Erf: Elementwise {
  public static var arity: Int { 1 }
  public var isCostly: Bool { true }

  public func element<T: Real>(_ x: Elements<T>) -> T { T.erf(x[0]) }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * (exp(-(operands[0] * operands[0])) * (2 / Double.pi.squareRoot()))]
  }
}

/// The error function of each element.
public func erf(_ x: Tensor) -> Tensor { x.graph.apply(Erf(), to: [x]) }

/// Each element times the probability that a standard normal number is below it (Hendrycks and Gimpel 2016).
public func gelu(_ x: Tensor) -> Tensor { x * 0.5 * (1 + erf(x * 0.5.squareRoot())) }
