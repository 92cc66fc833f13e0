/// The operand itself, through which no gradient flows.
public struct StopGradient: Elementwise {
  public static var arity: Int { 1 }

  public func element<T: Real>(_ x: Elements<T>) -> T { x[0] }

  public func isDetached(operand: Int) -> Bool { true }

  public func lowering(_ operands: [TensorType]) -> Lowering { .marker }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [nil] }
}

/// The same values as a constant to every tape: what is computed from them has no gradient for `x`.
public func stopGradient(_ x: Tensor) -> Tensor { x.graph.apply(StopGradient(), to: [x]) }

extension Updated: Elementwise {
  public static var arity: Int { 1 }

  public func element<T: Real>(_ x: Elements<T>) -> T { x[0] }

  public func lowering(_ operands: [TensorType]) -> Lowering { .marker }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [nil] }
}
