/// The largest element over some axes, which are removed; NaN wins.
package struct Max: Reduction {
  /// The reduced axes, ascending.
  package let axes: [Int]

  package init(axes: [Int]) { self.axes = axes }

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands, assuming: nil)
    return TensorType(
      operands[0].shape.reduced(axes: axes, keepingDimensions: false), operands[0].element)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let x = operands[0]
    let kept = x.shape.reduced(axes: axes, keepingDimensions: true)
    let ties = x .== result.reshaped(to: kept)
    return [ties * (upstream.reshaped(to: kept) / ties.sum(axes: axes, keepingDimensions: true))]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    maxima(of: operands[0], operands.shape(0), axes: axes)
  }
}

extension Max: Monoid {
  static var keepsReference: Bool { true }
  static var sums: Int { 0 }

  @inline(__always)
  static func empty<V: RealVector>(near x: V) -> ReductionState<V> {
    ReductionState(reference: V(repeating: -.infinity))
  }

  @inline(__always)
  static func add<V: RealVector>(_ x: V, at index: V, to state: inout ReductionState<V>) {
    state.reference = V.largest(state.reference, x)
  }

  @inline(__always)
  static func join<V: RealVector>(_ state: inout ReductionState<V>, _ other: ReductionState<V>) {
    state.reference = V.largest(state.reference, other.reference)
  }

  @inline(__always)
  static func result<V: RealVector>(_ state: ReductionState<V>, count: V) -> (V, V?) {
    (state.reference, nil)
  }
}

/// Returns the largest elements over some axes, or NaN where there is one, in row-major order of the
/// remaining axes.
func maxima<T: Real>(of x: [T], _ shape: Shape, axes: [Int]) -> [T] {
  var result = [T](repeating: -.infinity, count: shape.reduced(axes: axes, keepingDimensions: false).count)
  forEachReduced(shape, axes: axes) { if x[$0] > result[$1] || x[$0].isNaN { result[$1] = x[$0] } }
  return result
}

extension Tensor {
  /// Returns the largest element over the given axes; see `sum(axes:keepingDimensions:)`. Equal elements
  /// share the gradient equally.
  ///
  /// - Parameters:
  ///   - axes: The axes; all if nil, and negative ones count from the end.
  ///   - keepingDimensions: Whether the axes stay, with extent 1.
  public func max(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    reduced(axes: axes, keepingDimensions: keepingDimensions) { graph.apply(Max(axes: $0), to: [self]) }
  }

  /// Returns the smallest element over the given axes; see `max(axes:keepingDimensions:)`.
  ///
  /// - Parameters:
  ///   - axes: The axes; all if nil, and negative ones count from the end.
  ///   - keepingDimensions: Whether the axes stay, with extent 1.
  public func min(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    -(-self).max(axes: axes, keepingDimensions: keepingDimensions)
  }
}
