/// The sum over some axes, which are removed.
package struct Sum: Reduction {
  /// The reduced axes, ascending.
  package let axes: [Int]

  package init(axes: [Int]) { self.axes = axes }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let shape = operands[0].shape
    return [upstream.reshaped(to: shape.reduced(axes: axes, keepingDimensions: true)).broadcast(to: shape)]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let x = operands[0]
    var result = [T](repeating: 0, count: type.shape.count)
    forEachReduced(operands.shape(0), axes: axes) { result[$1] += x[$0] }
    return result
  }
}

extension Sum: Monoid {
  static var sums: Int { 1 }

  @inline(__always)
  static func add<V: RealVector>(_ x: V, at index: V, to state: inout ReductionState<V>) {
    state.first = state.first + x
  }

  @inline(__always)
  static func result<V: RealVector>(_ state: ReductionState<V>, count: V) -> (V, V?) { (state.first, nil) }
}

extension Tensor {
  /// Returns the sum over the given axes (all if nil; negative ones count from the end), which are removed,
  /// or kept with extent 1.
  ///
  /// - Parameters:
  ///   - axes: The axes; all if nil, and negative ones count from the end.
  ///   - keepingDimensions: Whether the axes stay, with extent 1.
  public func sum(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    reduced(axes: axes, keepingDimensions: keepingDimensions) { graph.apply(Sum(axes: $0), to: [self]) }
  }

  /// Returns the mean over the given axes; see `sum(axes:keepingDimensions:)`.
  ///
  /// - Parameters:
  ///   - axes: The axes; all if nil, and negative ones count from the end.
  ///   - keepingDimensions: Whether the axes stay, with extent 1.
  public func mean(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    let total = sum(axes: axes, keepingDimensions: keepingDimensions)
    return total / (Double(shape.count) / Double(total.shape.count))
  }

  /// Returns a reduction over axes counted from either end, with the axes kept or removed.
  func reduced(axes: [Int]?, keepingDimensions: Bool, _ reduce: ([Int]) -> Tensor) -> Tensor {
    guard isKnown else { return self }
    let rank = shape.rank
    let axes = (axes ?? Array(0..<rank)).map { $0 < 0 ? $0 + rank : $0 }.sorted()
    guard axes.allSatisfy({ $0 >= 0 && $0 < rank }), Set(axes).count == axes.count else {
      return graph.report(
        ShapeError(
          "A reduction names an axis twice or one that is not there.", expected: "axes of \(shape)",
          found: "\(axes)"))
    }
    let result = reduce(axes)
    return keepingDimensions
      ? result.reshaped(to: shape.reduced(axes: axes, keepingDimensions: true)) : result
  }
}

/// Calls `body` with the row-major index of every element and that of its reduced result.
func forEachReduced(_ shape: Shape, axes: [Int], _ body: (Int, Int) -> Void) {
  let kept = shape.reduced(axes: axes, keepingDimensions: true)
  let walk = IndexWalk(shape, strides: kept.strides(broadcastTo: shape))
  for index in 0..<shape.count { body(index, walk[index]) }
}
