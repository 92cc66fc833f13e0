import Ops

/// The nearest rows of each row of a matrix by cosine similarity, found by comparing all.
struct NearestRows: Sendable {
  /// The neighbors of each query by cosine similarity in -1...1, nearest first; ties go to the earlier rows.
  let neighbors: [[Nearest<Float>]]

  /// The queries whose products are in memory at a time, for each thread: 4 MiB at 8,000 candidates.
  static let block = 128

  /// Finds the nearest of all candidates for each query, each an L2-normalized row.
  ///
  /// - Parameters:
  ///   - count: The number of neighbors; all candidates that are allowed if there are fewer.
  ///   - isAllowed: Whether a candidate may be a neighbor of a query.
  init(
    _ count: Int, of queries: Features, in candidates: Features, workers: Workers,
    where isAllowed: @escaping @Sendable (_ query: Int, _ candidate: Int) -> Bool
  ) {
    contract(queries.dimensions == candidates.dimensions, "rows of different lengths have no products")
    let blocks = workers.results(pieces(of: NearestRows.block, in: queries.count)) { index in
      let rows = piece(index, of: NearestRows.block, in: queries.count)
      let products = rowProducts(
        of: rows, in: queries.values, with: candidates.values, columns: queries.dimensions)
      return rows.map { query in
        let start = (query - rows.lowerBound) * candidates.count
        let own = products[start..<start + candidates.count]
        return Nearest.first(count, in: own) { isAllowed(query, $0) }.map {
          Nearest(row: $0.row, similarity: min(max($0.similarity, -1), 1))
        }
      }
    }
    neighbors = blocks.flatMap { $0 }
  }
}
