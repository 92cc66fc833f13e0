import Ops

/// The nearest rows of each row of a matrix by cosine similarity, found by comparing all.
struct NearestRows: Sendable {
  /// A row and its cosine similarity to the query, in -1...1.
  struct Neighbor: Sendable, Equatable {
    let row: Int
    let similarity: Float
  }

  /// The neighbors of each query, nearest first; ties go to the earlier rows.
  let neighbors: [[Neighbor]]

  /// The queries whose products are in memory at a time, for each thread: 4 MiB at 8,000 candidates.
  static let block = 128

  /// Finds the nearest of all candidates for each query, each an L2-normalized row.
  ///
  /// - Parameters:
  ///   - count: The number of neighbors; all candidates that are allowed if there are fewer.
  ///   - isAllowed: Whether a candidate may be a neighbor of a query.
  init(
    _ count: Int, of queries: UnitRows, in candidates: UnitRows, workers: Workers,
    where isAllowed: @escaping @Sendable (_ query: Int, _ candidate: Int) -> Bool
  ) {
    contract(queries.columns == candidates.columns, "rows of different lengths have no products")
    let blocks = workers.results(pieces(of: NearestRows.block, in: queries.count)) { index in
      let rows = piece(index, of: NearestRows.block, in: queries.count)
      let products = rowProducts(
        of: rows, in: queries.values, with: candidates.values, columns: queries.columns)
      return rows.map { query in
        let start = (query - rows.lowerBound) * candidates.count
        var nearest: [Neighbor] = []
        nearest.reserveCapacity(count + 1)
        for candidate in 0..<candidates.count {
          let similarity = products[start + candidate]
          if nearest.count == count, similarity <= nearest[count - 1].similarity { continue }
          guard isAllowed(query, candidate) else { continue }
          // Most are nearer than few, so the place is looked for from the end.
          var place = nearest.count
          while place > 0, nearest[place - 1].similarity < similarity { place -= 1 }
          nearest.insert(Neighbor(row: candidate, similarity: min(max(similarity, -1), 1)), at: place)
          if nearest.count > count { nearest.removeLast() }
        }
        return nearest
      }
    }
    neighbors = blocks.flatMap { $0 }
  }
}

/// A matrix of L2-normalized rows; zero rows are unchanged.
struct UnitRows: Sendable {
  /// `[count, columns]`.
  let values: [Float]
  let count: Int
  let columns: Int

  init(_ features: Features) {
    (count, columns) = (features.count, features.dimensions)
    var values = features.values
    for row in 0..<count {
      let range = row * columns..<(row + 1) * columns
      let length = values[range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      if length > 0 { for place in range { values[place] = Float(Double(values[place]) / length) } }
    }
    self.values = values
  }

  /// Creates the matrix of some rows.
  init(_ rows: [Int], of matrix: UnitRows) {
    (count, columns) = (rows.count, matrix.columns)
    values = rows.flatMap { matrix.values[($0 * matrix.columns)..<(($0 + 1) * matrix.columns)] }
  }
}
