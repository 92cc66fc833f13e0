/// The same elements in row-major order under another shape.
package struct Reshape: TensorOperation {
  /// The new extents.
  package let shape: Shape

  /// Creates a reshape to `shape`.
  package init(shape: Shape) { self.shape = shape }

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands, assuming: nil)
    let result = TensorType(shape, operands[0].element)
    guard operands[0].shape.count == shape.count else {
      throw ShapeError(
        "A reshape keeps the number of elements.", expected: "\(shape.count) elements for \(shape)",
        found: "\(operands[0].shape.count) in \(operands[0].shape)", assuming: result)
    }
    return result
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.reshaped(to: operands[0].shape)]
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0] }

  package func lowering(_ operands: [TensorType]) -> Lowering { .view() }
}

extension Tensor {
  /// Returns the same elements under another shape.
  ///
  /// - Parameter shape: A shape with as many elements.
  public func reshaped(to shape: Shape) -> Tensor {
    shape == self.shape ? self : graph.apply(Reshape(shape: shape), to: [self])
  }

  /// `[N, ...]` reshaped to `[N, product of the rest]`.
  public var flattened: Tensor {
    guard isKnown, shape.rank > 0 else { return self }
    return reshaped(to: [shape[0], shape.count / shape[0]])
  }
}
