/// A reduction given by a monoid: states, what adds an element to one, and what a state comes to.
///
/// Elements are added to states in any number of places at a time, in vectors, threads and tiles of a
/// product; states are merged in an order that follows from the shapes. Formulas are written once, for one
/// number and for vectors.
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
  /// Whether its states keep a reference; false unless it says so.
  static var keepsReference: Bool { get }
  /// How many sums its states keep, 0 to 2.
  static var sums: Int { get }
  /// Whether the reference is found in elements before they are added; false unless it says so.
  static var looksFirst: Bool { get }

  /// The state of no elements, given the first one that will be added to it.
  static func empty<V: RealVector>(near x: V) -> ReductionState<V>

  /// Takes an element into account for the reference.
  static func look<V: RealVector>(at x: V, _ state: inout ReductionState<V>)

  /// Makes a state that was added up relative to one reference one that is relative to another.
  static func rebase<V: RealVector>(_ state: inout ReductionState<V>, to reference: V)

  /// Adds an element, which is the one at `index` among those that are reduced.
  static func add<V: RealVector>(_ x: V, at index: V, to state: inout ReductionState<V>)

  /// Adds a state relative to the same reference.
  static func join<V: RealVector>(_ state: inout ReductionState<V>, _ other: ReductionState<V>)

  /// Adds the state of `otherCount` elements that come later to that of `count`.
  static func merge<V: RealVector>(
    _ state: inout ReductionState<V>, count: V, with other: ReductionState<V>, count otherCount: V)

  /// What the state of `count` elements comes to, and a second result where the shape rule has one stacked
  /// behind it.
  static func result<V: RealVector>(_ state: ReductionState<V>, count: V) -> (V, V?)
}

/// What a reduction keeps of the elements it has seen.
struct ReductionState<V: RealVector> {
  /// What elements are compared with: the largest so far, or one that is near to them.
  var reference: V
  /// A sum over the elements.
  var first: V
  /// Another.
  var second: V

  /// Sums of nothing.
  init(reference: V = .zero) {
    self.reference = reference
    first = .zero
    second = .zero
  }
}

extension Monoid {
  static var keepsReference: Bool { false }
  static var looksFirst: Bool { false }

  /// How many numbers a state is.
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
