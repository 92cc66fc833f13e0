/// A candidate and its similarity to a query.
struct Nearest<Similarity: Comparable & Sendable>: Sendable, Equatable {
  /// The index of the candidate.
  let row: Int
  let similarity: Similarity

  /// Returns the most similar candidates, nearest first; ties go to the earlier ones.
  ///
  /// - Parameters:
  ///   - count: The number of candidates; all that are allowed if there are fewer.
  ///   - similarities: The similarity of each candidate.
  ///   - isAllowed: Whether a candidate is one.
  @specialized(where Similarity == Double)
  @specialized(where Similarity == Float)
  static func first(
    _ count: Int, in similarities: ArraySlice<Similarity>,
    where isAllowed: (_ row: Int) -> Bool = { _ in true }
  ) -> [Nearest] {
    var nearest: [Nearest] = []
    nearest.reserveCapacity(min(count, similarities.count) + 1)
    for (row, similarity) in similarities.enumerated() {
      if nearest.count == count, similarity <= nearest[count - 1].similarity { continue }
      guard isAllowed(row) else { continue }
      // Most are farther than most that were found, so the place is looked for from the end.
      var place = nearest.count
      while place > 0, nearest[place - 1].similarity < similarity { place -= 1 }
      nearest.insert(Nearest(row: row, similarity: similarity), at: place)
      if nearest.count > count { nearest.removeLast() }
    }
    return nearest
  }
}
