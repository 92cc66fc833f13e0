/// Mean and biased variance over some axes, stacked along a new leading axis: `[2, remaining axes...]`.
package struct Moments: Reduction {
  /// The reduced axes, ascending.
  package let axes: [Int]

  package init(axes: [Int]) { self.axes = axes }

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let kept = operands[0].shape.reduced(axes: axes, keepingDimensions: false)
    try requireReals(operands, assuming: nil)
    return TensorType(Shape([2] + kept.dimensions), operands[0].element)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let x = operands[0]
    let kept = x.shape.reduced(axes: axes, keepingDimensions: true)
    let scale = Double(kept.count) / Double(x.shape.count)
    let forMean = upstream.part(0, kept) * scale
    let forVariance = upstream.part(1, kept) * (2 * scale)
    return [forMean + forVariance * (x - result.part(0, kept))]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, shape) = (operands[0], operands.shape(0))
    let places = type.shape.count / 2
    let count = T(shape.count / places)
    var means = [T](repeating: 0, count: places)
    forEachReduced(shape, axes: axes) { means[$1] += x[$0] }
    for place in means.indices { means[place] /= count }
    // Two passes, as the mean of the squares minus the squared mean would suffer from cancellation.
    var variances = [T](repeating: 0, count: places)
    forEachReduced(shape, axes: axes) {
      let deviation = x[$0] - means[$1]
      variances[$1] += deviation * deviation
    }
    return means + variances.map { $0 / count }
  }
}

// Sums of deviations and of their squares are relative to an element, to avoid cancellation.
extension Moments: Monoid {
  static var keepsReference: Bool { true }
  static var sums: Int { 2 }

  @inline(__always)
  static func empty<V: RealVector>(near x: V) -> ReductionState<V> { ReductionState(reference: x) }

  @inline(__always)
  static func add<V: RealVector>(_ x: V, at index: V, to state: inout ReductionState<V>) {
    let deviation = x - state.reference
    state.first = state.first + deviation
    state.second = state.second.addingProduct(deviation, deviation)
  }

  // Chan, Golub and LeVeque's update, which merges means and squared deviations without cancellation.
  @inline(__always)
  static func merge<V: RealVector>(
    _ state: inout ReductionState<V>, count: V, with other: ReductionState<V>, count otherCount: V
  ) {
    let (merged, part) = (centered(state, count), centered(other, otherCount))
    let delta = part.reference - merged.reference
    state.reference = merged.reference + delta * otherCount / (count + otherCount)
    state.first = .zero
    state.second =
      merged.second + (part.second + delta * delta * count * otherCount / (count + otherCount))
  }

  @inline(__always)
  static func result<V: RealVector>(_ state: ReductionState<V>, count: V) -> (V, V?) {
    let state = centered(state, count)
    return (state.reference, V.larger(state.second / count, .zero))
  }

  // Returns the state relative to the mean, where the deviations add up to 0.
  @inline(__always)
  private static func centered<V: RealVector>(_ state: ReductionState<V>, _ count: V) -> ReductionState<V> {
    var centered = ReductionState<V>(reference: state.reference + state.first / count)
    centered.second = state.second - state.first * state.first / count
    return centered
  }
}

extension Tensor {
  /// Returns mean and biased variance over the given axes, which are kept with extent 1.
  ///
  /// - Parameters:
  ///   - axes: The axes; all if nil, and negative ones count from the end.
  ///   - areShared: Whether they are those of the values of all replicas that compute the parts of a batch,
  ///     `GraphBuilder.replicas`.
  public func moments(
    axes: [Int]? = nil, overReplicas areShared: Bool = false
  ) -> (mean: Tensor, variance: Tensor) {
    var kept = shape
    let both = reduced(axes: axes, keepingDimensions: false) { axes in
      kept = shape.reduced(axes: axes, keepingDimensions: true)
      let own = graph.apply(Moments(axes: axes), to: [self])
      return areShared ? graph.apply(CrossReplicaMoments(replicas: graph.replicas), to: [own]) : own
    }
    guard both.isKnown else { return (both, both) }
    return (both.part(0, kept), both.part(1, kept))
  }

  /// Returns one of the stacked moments in the given shape.
  fileprivate func part(_ index: Int, _ shape: Shape) -> Tensor {
    sliced(index..<index + 1, axis: 0).reshaped(to: shape)
  }
}
