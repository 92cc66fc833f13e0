/// The hyperbolic tangent of each element.
public struct Tanh: Elementwise {
  public static var arity: Int { 1 }
  public var isCostly: Bool { true }

  public func element<T: Real>(_ x: Elements<T>) -> T { T.tanh(x[0]) }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * (1 - result * result)]
  }
}

/// The hyperbolic tangent of each element.
public func tanh(_ x: Tensor) -> Tensor { x.graph.apply(Tanh(), to: [x]) }
