/// The softmax over the last axes, e^x over the sum of e^x; it does not overflow.
package struct Softmax: TensorOperation {
  /// The number of trailing axes reduced together.
  package let axisCount: Int

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands, assuming: nil)
    return operands[0]
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let shared = (upstream * result).sum(axes: axes(of: result.shape), keepingDimensions: true)
    return [result * (upstream - shared)]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, axes) = (operands[0], axes(of: type.shape))
    let largest = maxima(of: x, type.shape, axes: axes).map { $0 == -.infinity ? 0 : $0 }
    var powers = x
    var sums = [T](repeating: 0, count: largest.count)
    forEachReduced(type.shape, axes: axes) {
      powers[$0] = T.exp(x[$0] - largest[$1])
      sums[$1] += powers[$0]
    }
    forEachReduced(type.shape, axes: axes) { powers[$0] /= sums[$1] }
    return powers
  }

  private func axes(of shape: Shape) -> [Int] { Array(shape.rank - axisCount..<shape.rank) }
}

/// Returns the softmax over the given axes together, the last one by default: e^x over the sum of e^x.
///
/// - Parameters:
///   - x: The logits.
///   - axes: The axes over which the result sums to 1; negative ones count from the end.
public func softmax(_ x: Tensor, axes: [Int] = [-1]) -> Tensor {
  guard x.isKnown else { return x }
  let rank = x.shape.rank
  let counted = axes.map { $0 < 0 ? $0 + rank : $0 }.sorted()
  guard !axes.isEmpty, counted == Array(max(0, rank - axes.count)..<rank) else {
    return exp(logSoftmax(x, axes: axes))
  }
  return x.graph.apply(Softmax(axisCount: axes.count), to: [x])
}

/// Returns the logarithm of `softmax`, more accurately than by taking it afterwards.
///
/// - Parameters:
///   - x: The logits.
///   - axes: The axes over which the result sums to 1; negative ones count from the end.
public func logSoftmax(_ x: Tensor, axes: [Int] = [-1]) -> Tensor {
  x - x.logSumExp(axes: axes, keepingDimensions: true)
}
