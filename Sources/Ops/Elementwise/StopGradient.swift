/// The operand unchanged, without a gradient.
package struct StopGradient: Elementwise {
  package static var arity: Int { 1 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0] }

  package func isDetached(operand: Int) -> Bool { true }

  package func lowering(_ operands: [TensorType]) -> Lowering { .marker }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [nil] }
}

/// Returns the same values as a constant to every tape: no gradient flows to `x`.
///
/// - Parameter x: The tensor.
public func stopGradient(_ x: Tensor) -> Tensor { x.graph.apply(StopGradient(), to: [x]) }

extension Updated: Elementwise {
  package static var arity: Int { 1 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0] }

  package func lowering(_ operands: [TensorType]) -> Lowering { .marker }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [nil] }
}
