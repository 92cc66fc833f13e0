import Ops

/// The closest pairs of all, found by a bounded amount of memory.
struct ClosestPairs: Sendable {
  /// Two photographs and their distance.
  struct Pair: Sendable, Equatable {
    let distance: Double
    /// The rows of the two, the lower first.
    let first: Int32
    let second: Int32

    /// The order: by distance, then by row.
    static func < (a: Pair, b: Pair) -> Bool {
      (a.distance, a.first, a.second) < (b.distance, b.first, b.second)
    }
  }

  /// The number of pairs to keep.
  let limit: Int
  private var candidates: [Pair] = []
  /// A distance that none of the closest exceeds.
  private(set) var horizon = Double.infinity

  init(keeping limit: Int) { self.limit = limit }

  /// Adds pairs. Pairs beyond the ``horizon`` can be left out.
  mutating func add(_ pairs: [Pair]) {
    candidates += pairs
    if candidates.count > 2 * limit { prune() }
  }

  /// The pairs, the closest first.
  var sorted: [Pair] {
    var all = self
    all.prune()
    return all.candidates
  }

  private mutating func prune() {
    candidates.sort(by: <)
    if candidates.count > limit { candidates.removeLast(candidates.count - limit) }
    if candidates.count == limit, let last = candidates.last { horizon = last.distance }
  }
}
