/// The rows of the first operand at the second operand's indices: `[R, ...]` by `[N]` to `[N, ...]`.
///
/// An index out of range gathers zeros, like a row of `OneHot` times the operand.
package struct Gather: TensorOperation {
  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let (rows, indices) = (operands[0], operands[1])
    try requireReals([rows], assuming: nil)
    guard rows.shape.rank >= 1, indices.element == .int32 else {
      throw ShapeError(
        "Rows are gathered by whole numbers.", expected: "f32 or f64 [R, ...] and i32 indices",
        found: "\(rows) and \(indices)")
    }
    return TensorType(Shape(indices.shape.dimensions + rows.shape.dimensions.dropFirst()), rows.element)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.graph.apply(ScatterAdd(rows: operands[0].shape[0]), to: [upstream, operands[1]]), nil]
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, indices, shape) = (operands[0], operands.indices(1), operands.shape(0))
    let width = shape.dimensions.dropFirst().reduce(1, *)
    var result = [T](repeating: 0, count: type.shape.count)
    for (place, row) in indices.enumerated() where row >= 0 && row < shape[0] {
      for column in 0..<width { result[place * width + column] = x[Int(row) * width + column] }
    }
    return result
  }
}

/// The adjoint of `Gather`: each row of the first operand added to the row at the second operand's index.
package struct ScatterAdd: TensorOperation {
  /// The number of rows of the result.
  package let rows: Int

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let (values, indices) = (operands[0], operands[1])
    try requireReals([values], assuming: nil)
    let leading = indices.shape.dimensions
    guard indices.element == .int32, values.shape.dimensions.starts(with: leading) else {
      throw ShapeError(
        "Rows are scattered by one whole number each.", expected: "i32 indices and a row for each",
        found: "\(indices) and \(values)")
    }
    return TensorType(Shape([rows] + values.shape.dimensions.dropFirst(leading.count)), values.element)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.gathered(operands[1]), nil]
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (values, indices) = (operands[0], operands.indices(1))
    let width = type.shape.dimensions.dropFirst().reduce(1, *)
    var result = [T](repeating: 0, count: type.shape.count)
    for (place, row) in indices.enumerated() where row >= 0 && row < rows {
      for column in 0..<width { result[Int(row) * width + column] += values[place * width + column] }
    }
    return result
  }
}

extension Tensor {
  /// Returns the rows (along axis 0) at `indices`, in that order; an index out of range gathers zeros.
  ///
  /// - Parameter indices: The indices of rows, `[M]`.
  public func gathered(_ indices: Tensor) -> Tensor { graph.apply(Gather(), to: [self, indices]) }
}
