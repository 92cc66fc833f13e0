/// The operand unchanged, opaque to simplification: computations on it are not merged with equal ones on the
/// operand.
package struct OptimizationBarrier: TensorOperation {
  /// A number that distinguishes it from other barriers on the same operand.
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
  /// Returns the same values behind a new barrier.
  package var behindOptimizationBarrier: Tensor {
    graph.apply(OptimizationBarrier(number: graph.nodes.count), to: [self])
  }
}
