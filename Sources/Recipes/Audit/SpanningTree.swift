import Ops

/// A minimum spanning tree of the rows by distance, grown from the first row (Prim's algorithm): O(N²)
/// distances, each computed once, and O(N) memory.
struct SpanningTree {
  /// The step to the next row.
  struct Edge: Sendable {
    /// The row added before.
    let last: Int
    /// The added row.
    let next: Int
    /// Its distance to the tree.
    let distance: Double
  }

  /// The steps in order, one less than rows.
  let edges: [Edge]

  private static let rowsAtOnce = 512

  /// Grows the tree. Of equally near rows it takes the first.
  init(_ distances: CosineDistances, workers: Workers) throws {
    var edges: [Edge] = []
    edges.reserveCapacity(max(0, distances.count - 1))
    var rest = Array(1..<max(1, distances.count))
    var nearest = [Double](repeating: .infinity, count: rest.count)
    var last = 0
    while !rest.isEmpty {
      let (row, others) = (last, rest)
      let parts = workers.map((rest.count + SpanningTree.rowsAtOnce - 1) / SpanningTree.rowsAtOnce) {
        let start = $0 * SpanningTree.rowsAtOnce
        return distances.distances(
          of: row, to: others[start..<min(start + SpanningTree.rowsAtOnce, others.count)])
      }
      var (place, least) = (0, Double.infinity)
      var position = 0
      for part in parts {
        for distance in part {
          if distance < nearest[position] { nearest[position] = distance }
          if nearest[position] < least { (place, least) = (position, nearest[position]) }
          position += 1
        }
      }
      edges.append(Edge(last: last, next: rest[place], distance: least))
      last = rest.remove(at: place)
      nearest.remove(at: place)
    }
    self.edges = edges
  }
}
