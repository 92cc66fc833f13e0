import Ops

/// An exact search for the rows that are most similar to each query by the cosine of their angle, over
/// candidates that are added in blocks.
struct CosineSearch {
  /// For each query, the most similar candidates so far, nearest first; ties go to the earlier ones.
  private(set) var nearest: [[Nearest<Double>]]

  private let queries: PackedRows
  private let count: Int
  private var candidates = 0

  /// Begins a search.
  ///
  /// - Parameters:
  ///   - queries: The queries; one with only zeros is equally distant from all.
  ///   - count: The number of candidates to find for each.
  init(for queries: Features, count: Int) {
    self.queries = PackedRows(queries).normalized()
    self.count = count
    nearest = [[Nearest<Double>]](repeating: [], count: queries.count)
  }

  /// Adds candidates, whose rows follow those of the block before. The queries are divided among all threads.
  mutating func add(_ block: Features, workers: Workers) {
    let (rows, first) = (PackedRows(block).normalized(), candidates)
    candidates += block.count
    let groups = workers.map((queries.count + 3) / 4) { [self] group in
      let products = queries.products(from: 4 * group, with: rows)
      return (0..<min(4, queries.count - 4 * group)).map { query in
        let own = Nearest.first(count, in: products[query * rows.count..<(query + 1) * rows.count])
          .map { Nearest(row: first + $0.row, similarity: $0.similarity) }
        return nearest[4 * group + query].merged(with: own, count: count)
      }
    }
    nearest = groups.flatMap { $0 }
  }
}

extension [Nearest<Double>] {
  /// Returns the first of two lists that are nearest first; ties go to this one.
  fileprivate func merged(with later: [Nearest<Double>], count: Int) -> [Nearest<Double>] {
    var merged: [Nearest<Double>] = []
    var (own, other) = (self[...], later[...])
    while merged.count < count {
      guard let next = other.first else { return merged + own.prefix(count - merged.count) }
      if let first = own.first, first.similarity >= next.similarity {
        merged.append(own.removeFirst())
      } else {
        merged.append(other.removeFirst())
      }
    }
    return merged
  }
}
