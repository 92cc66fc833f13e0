/// e to the power of each element.
public struct Exp: Elementwise {
  public static var arity: Int { 1 }
  public var isCostly: Bool { true }

  public func element<T: Real>(_ x: Elements<T>) -> T { T.exp(x[0]) }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * result]
  }
}

/// The natural logarithm of each element.
public struct Log: Elementwise {
  public static var arity: Int { 1 }
  public var isCostly: Bool { true }

  public func element<T: Real>(_ x: Elements<T>) -> T { T.log(x[0]) }

  public func fault(of operands: [ElementRange]) -> String? {
    if operands[0].least < 0 { return "the logarithm of a number below 0" }
    return operands[0].least == 0 ? "the logarithm of 0" : nil
  }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream / operands[0]]
  }
}

/// e to the power of each element.
public func exp(_ x: Tensor) -> Tensor { x.graph.apply(Exp(), to: [x]) }

/// The natural logarithm of each element.
public func log(_ x: Tensor) -> Tensor { x.graph.apply(Log(), to: [x]) }
