/// A one-hot row for each label; all zeros for a label out of range.
package struct OneHot: TensorOperation {
  /// The number of classes, the length of a row.
  package let classes: Int
  /// The element type of the result.
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

/// Returns a one-hot row for each label: `[N]` to `[N, classes]`.
///
/// - Parameters:
///   - labels: The labels, `[N]`, from 0.
///   - classes: The number of classes.
public func oneHot(_ labels: Tensor, classes: Int) -> Tensor {
  labels.graph.apply(OneHot(classes: classes, element: labels.graph.precision), to: [labels])
}
