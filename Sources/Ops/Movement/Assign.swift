/// An assignment of the operand, a variable's new value, to the variable at the end of a step.
package struct Assign: TensorOperation {
  /// The variable's path.
  package let path: String

  /// Creates an assignment to the variable at a path.
  package init(path: String) { self.path = path }

  package func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [upstream] }

  package func lowering(_ operands: [TensorType]) -> Lowering { .assignment(path: path) }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0] }
}
