/// The square root of each element.
public struct Sqrt: VectorOperation {
  public static var arity: Int { 1 }
  package var instruction: VectorInstruction { .sqrt }

  public func element<T: Real>(_ x: Elements<T>) -> T { x[0].squareRoot() }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * 0.5 / result]
  }
}

/// One over the square root of each element.
public struct Rsqrt: VectorOperation {
  public static var arity: Int { 1 }
  package var instruction: VectorInstruction { .reciprocalSquareRoot }

  public func element<T: Real>(_ x: Elements<T>) -> T { 1 / x[0].squareRoot() }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * -0.5 * (result * result * result)]
  }
}

/// The square root of each element.
public func sqrt(_ x: Tensor) -> Tensor { x.graph.apply(Sqrt(), to: [x]) }

/// One over the square root of each element.
public func rsqrt(_ x: Tensor) -> Tensor { x.graph.apply(Rsqrt(), to: [x]) }
