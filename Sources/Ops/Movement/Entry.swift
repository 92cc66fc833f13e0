/// One entry along the first axis: `[N, ...]` to `[...]`, as a view.
package struct Entry: TensorOperation {
  /// The index.
  package let index: Int

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let shape = operands[0].shape
    try requireReals(operands, assuming: nil)
    let result = TensorType(Shape(Array(shape.dimensions.dropFirst())), operands[0].element)
    guard let count = shape.dimensions.first, (0..<count).contains(index) else {
      throw ShapeError(
        "An entry is one of the places of the first axis.",
        expected: shape.dimensions.first.map { "0 to \($0 - 1)" } ?? "a first axis",
        found: "\(index) of \(shape)",
        assuming: result)
    }
    return result
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let shape = operands[0].shape
    let others = [Int](repeating: 0, count: shape.rank - 1)
    let stacked = upstream.reshaped(to: Shape([1] + shape.dimensions.dropFirst()))
    return [stacked.padded(low: [index] + others, high: [shape[0] - 1 - index] + others)]
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    Array(operands[0][index * type.shape.count..<(index + 1) * type.shape.count])
  }

  package func lowering(_ operands: [TensorType]) -> Lowering {
    .view(offset: index * operands[0].shape.dimensions.dropFirst().reduce(1, *))
  }
}

extension Tensor {
  /// Returns the tensor at an index of the first axis, which is removed; a negative index counts from the
  /// end.
  ///
  /// - Parameter index: The index along the first axis.
  public func entry(_ index: Int) -> Tensor {
    let place = index < 0 && isKnown && shape.rank > 0 ? index + shape[0] : index
    return graph.apply(Entry(index: place), to: [self])
  }
}
