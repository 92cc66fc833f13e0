/// The elements in a range of one axis.
package struct Slice: TensorOperation {
  /// The axis.
  package let axis: Int
  /// The start index.
  package let lower: Int
  /// The end index (exclusive).
  package let upper: Int

  package init(axis: Int, lower: Int, upper: Int) {
    self.axis = axis
    self.lower = lower
    self.upper = upper
  }

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let shape = operands[0].shape
    try requireReals(operands, assuming: nil)
    guard axis >= 0, axis < shape.rank else {
      throw ShapeError(
        "A slice names an axis that is not there.", expected: "an axis of \(shape)", found: "\(axis)")
    }
    var extents = shape.dimensions
    extents[axis] = upper - lower
    let result = TensorType(Shape(extents), operands[0].element)
    guard lower >= 0, lower <= upper, upper <= shape[axis] else {
      throw ShapeError(
        "A slice reaches outside its axis.", expected: "a range within 0..<\(shape[axis])",
        found: "\(lower)..<\(upper) on axis \(axis) of \(shape)", assuming: result)
    }
    return result
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let shape = operands[0].shape
    var (low, high) = ([Int](repeating: 0, count: shape.rank), [Int](repeating: 0, count: shape.rank))
    low[axis] = lower
    high[axis] = shape[axis] - upper
    return [upstream.padded(low: low, high: high)]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let x = operands[0]
    let strides = operands.shape(0).strides
    let walk = IndexWalk(type.shape, strides: strides)
    return (0..<type.shape.count).map { x[lower * strides[axis] + walk[$0]] }
  }

  // A slice along the first axis of extent above 1 is contiguous.
  package func lowering(_ operands: [TensorType]) -> Lowering {
    let shape = operands[0].shape
    let isLeading = shape.dimensions[..<axis].allSatisfy { $0 == 1 }
    return isLeading ? .view(offset: lower * shape.strides[axis]) : .call
  }
}

extension Tensor {
  /// Returns the elements in a range of one axis; a negative axis counts from the end.
  ///
  /// - Parameters:
  ///   - range: The indices along the axis.
  ///   - axis: The axis.
  public func sliced(_ range: Range<Int>, axis: Int) -> Tensor {
    let axis = axis < 0 ? axis + shape.rank : axis
    return graph.apply(Slice(axis: axis, lower: range.lowerBound, upper: range.upperBound), to: [self])
  }
}
