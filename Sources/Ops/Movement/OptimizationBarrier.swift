/// The operand itself, which no simplification sees through: what is computed from it is computed again, even
/// if the same was computed from the operand before.
package struct OptimizationBarrier: TensorOperation {
  /// What tells it from others on the same operand.
  package let number: Int

  package init(number: Int) { self.number = number }

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands, assuming: nil)
    return operands[0]
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [upstream] }

  package func lowering(_ operands: [TensorType]) -> Lowering { .view() }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0] }
}

extension Tensor {
  /// The same values behind a barrier of its own.
  package var behindOptimizationBarrier: Tensor {
    graph.apply(OptimizationBarrier(number: graph.nodes.count), to: [self])
  }
}
