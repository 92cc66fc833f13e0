/// For each label a row that is 1 at the label's place and 0 elsewhere; all 0 for a label out of range.
package struct OneHot: TensorOperation {
  /// The length of a row.
  package let classes: Int
  /// The precision of the result.
  package let element: ElementType

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let result = TensorType(Shape(operands[0].shape.dimensions + [classes]), element)
    guard operands[0].element == .int32 else {
      throw ShapeError(
        "Labels are whole numbers.", expected: "i32", found: "\(operands[0])", assuming: result)
    }
    return result
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [nil] }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    var result = [T](repeating: 0, count: type.shape.count)
    for (row, label) in operands.indices(0).enumerated() where label >= 0 && label < classes {
      result[row * classes + Int(label)] = 1
    }
    return result
  }
}

/// For each label of `[N]` a row of `[N, classes]` that is 1 at the label's place and 0 elsewhere.
public func oneHot(_ labels: Tensor, classes: Int) -> Tensor {
  labels.graph.apply(OneHot(classes: classes, element: labels.graph.precision), to: [labels])
}
