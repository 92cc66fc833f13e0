/// A tensor padded with zeros.
package struct Pad: TensorOperation {
  /// The number of zeros before each axis.
  package let low: [Int]
  /// The number of zeros after each axis.
  package let high: [Int]

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let shape = operands[0].shape
    try requireReals(operands, assuming: nil)
    guard low.count == shape.rank, high.count == shape.rank,
      (low + high).allSatisfy({ (0...Shape.largestCount).contains($0) })
    else {
      throw ShapeError(
        "Padding needs two numbers, neither negative, for every axis.",
        expected: "\(shape.rank) numbers below and above for \(shape)", found: "\(low) and \(high)")
    }
    return TensorType(
      Shape(shape.dimensions.indices.map { low[$0] + shape[$0] + high[$0] }), operands[0].element)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    var gradient = upstream
    for (axis, extent) in operands[0].shape.dimensions.enumerated() where low[axis] + high[axis] > 0 {
      gradient = gradient.sliced(low[axis]..<low[axis] + extent, axis: axis)
    }
    return [gradient]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let x = operands[0]
    let strides = type.shape.strides
    let corner = zip(low, strides).map { $0 * $1 }.reduce(0, +)
    let walk = IndexWalk(operands.shape(0), strides: strides)
    var result = [T](repeating: 0, count: type.shape.count)
    for index in x.indices { result[corner + walk[index]] = x[index] }
    return result
  }
}

extension Tensor {
  /// Returns this tensor padded with zeros before and after each axis.
  ///
  /// - Parameters:
  ///   - low: The number of zeros before each axis.
  ///   - high: The number of zeros after each axis.
  public func padded(low: [Int], high: [Int]) -> Tensor {
    graph.apply(Pad(low: low, high: high), to: [self])
  }
}
