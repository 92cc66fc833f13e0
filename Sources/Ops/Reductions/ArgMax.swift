/// The index of the largest element over some axes, which are removed: its row-major index among the reduced
/// elements, as a real number. Ties go to the first; the first NaN, if any, wins.
package struct ArgMax: Reduction {
  /// The reduced axes, ascending.
  package let axes: [Int]

  package init(axes: [Int]) { self.axes = axes }

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let (shape, element) = (operands[0].shape, operands[0].element)
    let result = TensorType(shape.reduced(axes: axes, keepingDimensions: false), element)
    try requireReals(operands, assuming: nil)
    let places = axes.reduce(1) { $0 * shape[$1] }
    // Larger integers are not exact in this precision.
    let most = element == .float64 ? 1 << 53 : 1 << 24
    guard (1...most).contains(places) else {
      throw ShapeError(
        "The place of a maximum is one of a number of places that the precision can count.",
        expected: "1 to \(most) elements over the axes", found: "\(places) in \(shape)", assuming: result)
    }
    return result
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [nil] }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let x = operands[0]
    var largest = [T](repeating: -.infinity, count: type.shape.count)
    var seen = [Int](repeating: 0, count: type.shape.count)
    var result = [T](repeating: 0, count: type.shape.count)
    forEachReduced(operands.shape(0), axes: axes) { index, place in
      if x[index] > largest[place] || (x[index].isNaN && !largest[place].isNaN) {
        largest[place] = x[index]
        result[place] = T(seen[place])
      }
      seen[place] += 1
    }
    return result
  }
}

// The state's reference is the largest element so far, and the first sum its index.
extension ArgMax: Monoid {
  static var keepsReference: Bool { true }
  static var sums: Int { 1 }

  @inline(__always)
  static func empty<V: RealVector>(near x: V) -> ReductionState<V> {
    ReductionState(reference: V(repeating: -.infinity))
  }

  @inline(__always)
  static func add<V: RealVector>(_ x: V, at index: V, to state: inout ReductionState<V>) {
    let wins = isAbove(x, state.reference)
    state.reference = V.choose(wins, x, state.reference)
    state.first = V.choose(wins, index, state.first)
  }

  @inline(__always)
  static func join<V: RealVector>(_ state: inout ReductionState<V>, _ other: ReductionState<V>) {
    let wins = isAbove(other.reference, state.reference)
    let loses = isAbove(state.reference, other.reference)
    let isEarlier = V.isLess(other.first, state.first)
    let takes = V.choose(wins, wins, V.choose(loses, .zero, isEarlier))
    state.reference = V.choose(takes, other.reference, state.reference)
    state.first = V.choose(takes, other.first, state.first)
  }

  @inline(__always)
  static func result<V: RealVector>(_ state: ReductionState<V>, count: V) -> (V, V?) { (state.first, nil) }

  // Returns 1 where a is greater than b, or a is NaN and b is not.
  @inline(__always)
  private static func isAbove<V: RealVector>(_ a: V, _ b: V) -> V {
    V.choose(V.isEqual(a, a), V.isLess(b, a), V.isEqual(b, b))
  }
}

extension Tensor {
  /// Returns the index of the largest element over the given axes; see `sum(axes:keepingDimensions:)`. It has
  /// no gradient.
  ///
  /// - Parameters:
  ///   - axes: The axes; all if nil, and negative ones count from the end.
  ///   - keepingDimensions: Whether the axes stay, with extent 1.
  public func argMax(axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
    reduced(axes: axes, keepingDimensions: keepingDimensions) { graph.apply(ArgMax(axes: $0), to: [self]) }
  }
}
