/// A tensor that the caller provides at each run: images, labels, the learning rate.
package struct Input: Operation {
  /// The name under which the value is set.
  package let name: String
  /// The default value of every element; nil if the caller must set the input.
  package let initialValue: Double?
  let type: TensorType

  package func resultType(of operands: [TensorType]) -> TensorType { type }
}

/// The value of a variable at the start of the step.
package struct VariableRead: Operation {
  /// The variable's path.
  package let path: String
  let type: TensorType

  package func resultType(of operands: [TensorType]) -> TensorType { type }
}

/// The updated value of a variable within the step; its operand, treated as a constant by every tape.
package struct Updated: Operation {
  /// The variable's path.
  package let path: String

  package func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  package func isDetached(operand: Int) -> Bool { true }
}

/// A constant: one value for every element, or one per element.
package struct Constant: Operation {
  /// The elements in row-major order; a single value fills the tensor.
  package let values: [Double]
  let type: TensorType

  package func resultType(of operands: [TensorType]) -> TensorType { type }

  /// Every element, in row-major order.
  package var elements: [Double] {
    splat.map { [Double](repeating: $0, count: type.shape.count) } ?? values
  }

  /// The value of every element, if all are equal.
  package var splat: Double? { values.count == 1 ? values[0] : nil }
}

/// A placeholder for the result of an operation with invalid operands; `validate()` rejects a graph that
/// contains one.
struct Invalid: Operation {
  let type: TensorType
  let typeIsKnown: Bool

  func resultType(of operands: [TensorType]) -> TensorType { type }
}

extension Constant {
  /// Creates a constant filled with one value.
  package init(splat: Double, _ type: TensorType) { self.init(values: [splat], type: type) }
}
