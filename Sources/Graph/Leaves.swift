/// A tensor that the caller provides at each run: images, labels, the learning rate.
package struct Input: Operation {
  /// The name the value is given under.
  package let name: String
  /// What every element is until the caller says otherwise; nil if the caller has to.
  package let initialValue: Double?
  let type: TensorType

  package func resultType(of operands: [TensorType]) -> TensorType { type }
}

/// The value a variable has when the step begins.
package struct VariableRead: Operation {
  /// The variable's path.
  package let path: String
  let type: TensorType

  package func resultType(of operands: [TensorType]) -> TensorType { type }
}

/// The value that a variable has been given earlier in the step: its operand, as a constant to every tape.
package struct Updated: Operation {
  /// The variable's path.
  package let path: String

  package func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  package func isDetached(operand: Int) -> Bool { true }
}

/// A constant: one value for every element, or one for each.
package struct Constant: Operation {
  /// The elements in row-major order; a single one fills the tensor.
  package let values: [Double]
  let type: TensorType

  package func resultType(of operands: [TensorType]) -> TensorType { type }

  /// Every element, in row-major order.
  package var elements: [Double] {
    splat.map { [Double](repeating: $0, count: type.shape.count) } ?? values
  }

  /// The value of every element, where they are all the same.
  package var splat: Double? { values.count == 1 ? values[0] : nil }
}

/// What stands in for a result whose operands did not fit; a graph that holds one is refused by `validate()`.
struct Invalid: Operation {
  let type: TensorType
  let typeIsKnown: Bool

  func resultType(of operands: [TensorType]) -> TensorType { type }
}

extension Constant {
  /// A constant of one value.
  package init(splat: Double, _ type: TensorType) { self.init(values: [splat], type: type) }
}
