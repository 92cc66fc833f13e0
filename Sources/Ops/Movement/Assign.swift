/// A variable's new value, put where the variable lies: the operand, as the last thing a step does with it.
package struct Assign: TensorOperation {
  /// The variable's path.
  package let path: String

  /// The assignment to the variable of a path.
  package init(path: String) { self.path = path }

  package func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [upstream] }

  package func lowering(_ operands: [TensorType]) -> Lowering { .assignment(path: path) }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0] }
}
