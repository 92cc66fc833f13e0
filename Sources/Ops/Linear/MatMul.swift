/// The matrix product over the last two axes, `[..., M, K]` by `[..., K, N]`; the leading axes are equal.
package struct MatMul: TensorOperation {
  /// Whether the first operand is stored `[..., K, M]`.
  package var transposeA = false
  /// Whether the second operand is stored `[..., N, K]`.
  package var transposeB = false

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let (a, b) = (operands[0].shape, operands[1].shape)
    guard a.rank >= 2, a.rank == b.rank, a.dimensions.dropLast(2) == b.dimensions.dropLast(2),
      operands[0].element == operands[1].element, operands[0].element.isReal
    else {
      throw ShapeError(
        "A matrix product needs two matrices, or two stacks of equally many, of one precision.",
        expected: "[..., M, K] and [..., K, N]", found: "\(operands[0]) and \(operands[1])")
    }
    let (m, k) = transposeA ? (a[-1], a[-2]) : (a[-2], a[-1])
    let (rows, n) = transposeB ? (b[-1], b[-2]) : (b[-2], b[-1])
    let result = TensorType(Shape(a.dimensions.dropLast(2) + [m, n]), operands[0].element)
    guard k == rows else {
      throw ShapeError(
        "A matrix product needs as many rows in the second matrix as columns in the first.",
        expected: "\(k) rows", found: "\(rows) in \(b)", assuming: result)
    }
    return result
  }

  package func multiplyAdds(_ operands: [TensorType], result: TensorType) -> Int {
    result.shape.count * operands[0].shape[transposeA ? -2 : -1]
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let (a, b) = (operands[0], operands[1])
    return [
      transposeA
        ? matmul(b, upstream, transposeA: transposeB, transposeB: true)
        : matmul(upstream, b, transposeB: !transposeB),
      transposeB
        ? matmul(upstream, a, transposeA: true, transposeB: transposeA)
        : matmul(a, upstream, transposeA: !transposeA),
    ]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (m, n) = (type.shape[-2], type.shape[-1])
    let k = operands.shape(0)[transposeA ? -2 : -1]
    let (a, b) = (operands[0], operands[1])
    var result = [T](repeating: 0, count: type.shape.count)
    for batch in 0..<result.count / (m * n) {
      for i in 0..<m {
        for j in 0..<n {
          var sum: T = 0
          for l in 0..<k {
            let x = a[batch * m * k + (transposeA ? l * m + i : i * k + l)]
            let y = b[batch * k * n + (transposeB ? j * k + l : l * n + j)]
            sum += x * y
          }
          result[(batch * m + i) * n + j] = sum
        }
      }
    }
    return result
  }
}

/// Returns the matrix product `[..., M, K]` by `[..., K, N]`, with either operand optionally transposed.
///
/// - Parameters:
///   - a: The left operand, `[..., M, K]`.
///   - b: The right operand, `[..., K, N]`.
///   - transposeA: Whether `a` is given as `[..., K, M]`.
///   - transposeB: Whether `b` is given as `[..., N, K]`.
public func matmul(_ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false) -> Tensor {
  a.graph.apply(MatMul(transposeA: transposeA, transposeB: transposeB), to: [a, b])
}
