import Ops
@testable import Recipes
import Testing

struct NearestRowsTests {
  /// The same neighbors as by comparing one by one, in blocks that do not divide the rows.
  @Test(arguments: [(1, 1, 1), (3, 5, 2), (300, 150, 7), (129, 400, 40)])
  func areTheNearest(_ queryCount: Int, _ candidateCount: Int, _ count: Int) throws {
    let queries = try EmbeddingMapTests.clusters(queryCount, columns: 9, seed: 5).normalized()
    let candidates = try EmbeddingMapTests.clusters(candidateCount, columns: 9, seed: 6).normalized()
    let nearest = NearestRows(count, of: queries, in: candidates, workers: Workers(count: 2)) {
      ($0 + $1) % 3 != 0
    }
    #expect(nearest.neighbors.count == queryCount)
    for query in 0..<queryCount {
      let similarities = (0..<candidateCount).filter { (query + $0) % 3 != 0 }.map { candidate in
        (
          -(0..<9).reduce(0.0) {
            $0 + Double(queries.values[query * 9 + $1]) * Double(candidates.values[candidate * 9 + $1])
          }, candidate
        )
      }.sorted { $0 < $1 }.prefix(count)
      let found = nearest.neighbors[query]
      #expect(found.count == similarities.count)
      for (own, (similarity, _)) in zip(found, similarities) {
        #expect(abs(Double(own.similarity) + similarity) < 1e-5)
        #expect((query + own.row) % 3 != 0)
      }
      #expect(Set(found.map(\.row)).count == found.count)
    }
  }

  @Test func tiesGoToTheEarlier() throws {
    let rows = try Features([1, 0, 2, 0, 0, 1, 3, 0], dimensions: 2).normalized()
    let nearest = NearestRows(2, of: rows, in: rows, workers: Workers(count: 1)) { $0 != $1 }
    #expect(nearest.neighbors[3].map(\.row) == [0, 1])
    #expect(nearest.neighbors[0].map(\.row) == [1, 3])
  }
}
