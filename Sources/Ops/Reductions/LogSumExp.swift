/// The logarithm of the sum of e^x over some axes, which are removed; it does not overflow.
package struct LogSumExp: Reduction {
  /// The reduced axes, ascending.
  package let axes: [Int]

  package init(axes: [Int]) { self.axes = axes }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let kept = operands[0].shape.reduced(axes: axes, keepingDimensions: true)
    return [upstream.reshaped(to: kept) * exp(operands[0] - result.reshaped(to: kept))]
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, shape) = (operands[0], operands.shape(0))
    // Subtract the maximum first, unless it is -infinity.
    let largest = maxima(of: x, shape, axes: axes).map { $0 == -.infinity ? 0 : $0 }
    var sums = [T](repeating: 0, count: type.shape.count)
    forEachReduced(shape, axes: axes) { sums[$1] += T.exp(x[$0] - largest[$1]) }
    return zip(sums, largest).map { T.log($0) + $1 }
  }
}

// The sum is relative to the largest element so far. For no elements that is the lowest finite number, as
// subtracting -infinity from itself gives NaN.
extension LogSumExp: Monoid {
  static var keepsReference: Bool { true }
  static var sums: Int { 1 }
  static var looksFirst: Bool { true }

  @inline(__always)
  static func empty<V: RealVector>(near x: V) -> ReductionState<V> { ReductionState(reference: .lowest) }

  @inline(__always)
  static func look<V: RealVector>(at x: V, _ state: inout ReductionState<V>) {
    state.reference = V.larger(state.reference, x)
  }

  @inline(__always)
  static func rebase<V: RealVector>(_ state: inout ReductionState<V>, to reference: V) {
    state.first = state.first * V.exp(state.reference - reference)
    state.reference = reference
  }

  @inline(__always)
  static func add<V: RealVector>(_ x: V, at index: V, to state: inout ReductionState<V>) {
    state.first = state.first + V.exp(x - state.reference)
  }

  @inline(__always)
  static func result<V: RealVector>(_ state: ReductionState<V>, count: V) -> (V, V?) {
    (V.log(state.first) + state.reference, nil)
  }
}

extension Tensor {
  /// Returns the logarithm of the sum of e^x over the given axes; see `sum(axes:keepingDimensions:)`.
  ///
  /// - Parameters:
  ///   - axes: The axes; all if nil, and negative ones count from the end.
  ///   - keepingDimensions: Whether the axes stay, with extent 1.
  public func logSumExp(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    reduced(axes: axes, keepingDimensions: keepingDimensions) { graph.apply(LogSumExp(axes: $0), to: [self]) }
  }
}
