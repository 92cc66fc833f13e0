/// e to the power of each element.
public struct Exp: VectorOperation {
  public static var arity: Int { 1 }
  package var instruction: VectorInstruction { .exp }

  public func element<T: Real>(_ x: Elements<T>) -> T { T.exp(x[0]) }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * result]
  }
}

/// The natural logarithm of each element.
public struct Log: VectorOperation {
  public static var arity: Int { 1 }
  package var instruction: VectorInstruction { .log }

  public func element<T: Real>(_ x: Elements<T>) -> T { T.log(x[0]) }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream / operands[0]]
  }
}

/// e to the power of each element.
public func exp(_ x: Tensor) -> Tensor { x.graph.apply(Exp(), to: [x]) }

/// The natural logarithm of each element.
public func log(_ x: Tensor) -> Tensor { x.graph.apply(Log(), to: [x]) }
