/// The concatenation of tensors along an axis.
package struct Concatenate: TensorOperation {
  /// The axis.
  package let axis: Int

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let first = operands[0].shape
    try requireReals(operands, assuming: nil)
    guard axis >= 0, axis < first.rank else {
      throw ShapeError(
        "A concatenation names an axis that is not there.", expected: "an axis of \(first)", found: "\(axis)")
    }
    let others = first.reduced(axes: [axis], keepingDimensions: true)
    if let odd = operands.first(where: { $0.shape.reduced(axes: [axis], keepingDimensions: true) != others })
    {
      throw ShapeError(
        "Tensors can be put one after the other along axis \(axis) if the other axes are equal.",
        expected: "\(first) but for axis \(axis)", found: "\(odd.shape)")
    }
    var extents = first.dimensions
    extents[axis] = operands.map { $0.shape[axis] }.reduce(0, +)
    return TensorType(Shape(extents), operands[0].element)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    var lower = 0
    return operands.map { operand in
      defer { lower += operand.shape[axis] }
      return upstream.sliced(lower..<lower + operand.shape[axis], axis: axis)
    }
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let parts = operands.values.map { value in
      (elements: value.reals, run: value.shape.dimensions[axis...].reduce(1, *))
    }
    var result: [T] = []
    result.reserveCapacity(type.shape.count)
    for outer in 0..<type.shape.dimensions[..<axis].reduce(1, *) {
      for (elements, run) in parts { result += elements[outer * run..<(outer + 1) * run] }
    }
    return result
  }
}

/// Returns the concatenation of tensors along an axis; a negative axis counts from the end.
///
/// - Parameters:
///   - tensors: The tensors, equal in all other axes.
///   - axis: The axis along which they follow each other.
public func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
  contract(!tensors.isEmpty, "nothing to concatenate")
  let axis = axis < 0 ? axis + tensors[0].shape.rank : axis
  return tensors[0].graph.apply(Concatenate(axis: axis), to: tensors)
}
