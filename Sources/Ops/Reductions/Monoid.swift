/// A reduction defined as a monoid: its states, and how elements are added, states merged and results
/// computed.
///
/// Elements are added to separate states in the lanes of vectors, in threads and in the tiles of a product;
/// states are merged in an order that depends only on the shapes. Formulas are written once, for scalars and
/// vectors.
///
///     struct SquareSum: Monoid {
///       let axes: [Int]
///       static var sums: Int { 1 }
///       static func add<V: RealVector>(_ x: V, at index: V, to state: inout ReductionState<V>) {
///         state.first = state.first + x * x
///       }
///       static func result<V: RealVector>(_ state: ReductionState<V>, count: V) -> (V, V?) {
///         (state.first, nil)
///       }
///       ...
///     }
protocol Monoid: Reduction {
  /// Whether its states have a reference value; false by default.
  static var keepsReference: Bool { get }
  /// The number of sums in a state, 0 to 2.
  static var sums: Int { get }
  /// Whether a first pass over a run of elements updates the reference before they are added; false by
  /// default.
  static var looksFirst: Bool { get }

  /// Returns the state of no elements, given the first one to be added.
  static func empty<V: RealVector>(near x: V) -> ReductionState<V>

  /// Updates the reference with an element.
  static func look<V: RealVector>(at x: V, _ state: inout ReductionState<V>)

  /// Changes the reference of a state, adjusting its sums.
  static func rebase<V: RealVector>(_ state: inout ReductionState<V>, to reference: V)

  /// Adds an element with its index among the reduced elements.
  static func add<V: RealVector>(_ x: V, at index: V, to state: inout ReductionState<V>)

  /// Adds a state with the same reference.
  static func join<V: RealVector>(_ state: inout ReductionState<V>, _ other: ReductionState<V>)

  /// Merges the state of `otherCount` later elements into that of `count` elements.
  static func merge<V: RealVector>(
    _ state: inout ReductionState<V>, count: V, with other: ReductionState<V>, count otherCount: V)

  /// Returns the result for a state of `count` elements, and the second result if the shape rule stacks two.
  static func result<V: RealVector>(_ state: ReductionState<V>, count: V) -> (V, V?)
}

/// The accumulator of a reduction.
struct ReductionState<V: RealVector> {
  /// The reference value: the largest element so far, or one close to the elements.
  var reference: V
  /// The first sum.
  var first: V
  /// The second sum.
  var second: V

  /// Creates a state with sums of 0.
  init(reference: V = .zero) {
    self.reference = reference
    first = .zero
    second = .zero
  }
}

extension Monoid {
  static var keepsReference: Bool { false }
  static var looksFirst: Bool { false }

  /// The number of values in a state.
  package static var width: Int { (keepsReference ? 1 : 0) + sums }

  @inline(__always)
  static func empty<V: RealVector>(near x: V) -> ReductionState<V> { ReductionState() }

  @inline(__always)
  static func look<V: RealVector>(at x: V, _ state: inout ReductionState<V>) {}

  @inline(__always)
  static func rebase<V: RealVector>(_ state: inout ReductionState<V>, to reference: V) {}

  @inline(__always)
  static func join<V: RealVector>(_ state: inout ReductionState<V>, _ other: ReductionState<V>) {
    state.first = state.first + other.first
    state.second = state.second + other.second
  }

  @inline(__always)
  static func merge<V: RealVector>(
    _ state: inout ReductionState<V>, count: V, with other: ReductionState<V>, count otherCount: V
  ) {
    var other = other
    if looksFirst {
      var common = state
      look(at: other.reference, &common)
      rebase(&state, to: common.reference)
      rebase(&other, to: common.reference)
    }
    join(&state, other)
  }
}
