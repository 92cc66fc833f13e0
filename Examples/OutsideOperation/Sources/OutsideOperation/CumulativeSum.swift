import Recipes

/// The sums of the first elements of each row, or of the last ones.
///
/// An operation with a kernel of its own says in how many parts the kernel may be cut, here rows; they are
/// shared by the threads.
public struct CumulativeSum: KernelOperation {
  /// Whether sums run from each element to the end of its row, and not from the start to it.
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

  // The definition, for people to read and for the kernel to be tested against.
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
  /// The sum of each element and those before it in its row, the last axis.
  public var cumulativeSum: Tensor { graph.apply(CumulativeSum(), to: [self]) }
}
