import Recipes

/// The cumulative sum along each row, from its start or from its end.
///
/// An operation with its own kernel declares the number of independent parts, here rows, which are divided
/// among the threads.
public struct CumulativeSum: KernelOperation {
  /// Whether to sum from each element to the end of its row; by default, from the start to it.
  public var fromEnd = false

  public func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands)
    guard operands[0].shape.rank > 0 else {
      throw ShapeError("A number has no rows to sum.", expected: "at least one axis", found: "\(operands[0])")
    }
    return operands[0]
  }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.graph.apply(CumulativeSum(fromEnd: !fromEnd), to: [upstream])]
  }

  // The definition: readable, and the reference for the kernel.
  public func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, length) = (operands[0], type.shape[-1])
    return x.indices.map { index in
      let start = index / length * length
      return fromEnd ? x[index..<start + length].reduce(0, +) : x[start...index].reduce(0, +)
    }
  }

  public func partCount(_ operands: [TensorType], result: TensorType) -> Int {
    result.shape.dimensions.dropLast().reduce(1, *)
  }

  public func compute<T: Real>(_ rows: Range<Int>, _ buffers: KernelBuffers<T>) {
    let (x, result, length) = (buffers[0], buffers.result, buffers.resultShape[-1])
    for row in rows {
      var sum: T = 0
      for column in 0..<length {
        let index = row * length + (fromEnd ? length - 1 - column : column)
        sum += x[index]
        result[index] = sum
      }
    }
  }
}

extension Tensor {
  /// The cumulative sum along the last axis.
  public var cumulativeSum: Tensor { graph.apply(CumulativeSum(), to: [self]) }
}
