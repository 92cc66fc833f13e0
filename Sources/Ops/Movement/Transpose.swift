/// The tensor with its axes permuted.
package struct Transpose: TensorOperation {
  /// The operand's axis for each axis of the result.
  package let permutation: [Int]

  package init(permutation: [Int]) { self.permutation = permutation }

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let shape = operands[0].shape
    try requireReals(operands, assuming: nil)
    guard permutation.sorted() == Array(0..<shape.rank) else {
      throw ShapeError(
        "A transposition names every axis once.", expected: "the axes 0 to \(shape.rank - 1) of \(shape)",
        found: "\(permutation)")
    }
    return TensorType(Shape(permutation.map { shape[$0] }), operands[0].element)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let inverse = permutation.indices.sorted { permutation[$0] < permutation[$1] }
    return [upstream.transposed(inverse)]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let x = operands[0]
    let strides = operands.shape(0).strides
    let walk = IndexWalk(type.shape, strides: permutation.map { strides[$0] })
    return (0..<type.shape.count).map { x[walk[$0]] }
  }
}

extension Tensor {
  /// Returns this tensor with its axes permuted: `x.transposed(0, 3, 1, 2)` is `[N, C, H, W]` for an `x` of
  /// `[N, H, W, C]`.
  ///
  /// - Parameter permutation: For each axis of the result, the axis that it is in this tensor.
  public func transposed(_ permutation: Int...) -> Tensor { transposed(permutation) }

  /// Returns this tensor with its axes permuted.
  ///
  /// - Parameter permutation: For each axis of the result, the axis that it is in this tensor.
  public func transposed(_ permutation: [Int]) -> Tensor {
    graph.apply(Transpose(permutation: permutation), to: [self])
  }

  /// The last two axes swapped.
  public var transposed: Tensor {
    guard isKnown else { return self }
    guard shape.rank >= 2 else {
      return graph.report(
        ShapeError(
          "Only a matrix, or a stack of them, can be transposed.", expected: "[..., rows, columns]",
          found: "\(shape)"))
    }
    return transposed(Array(0..<shape.rank - 2) + [shape.rank - 1, shape.rank - 2])
  }
}
