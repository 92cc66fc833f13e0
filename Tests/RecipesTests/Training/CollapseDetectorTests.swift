import Foundation
import Testing

@testable import Recipes

struct CollapseDetectorTests {
  /// Rows that vary in so many of their columns, around a common direction.
  private func spread(directions: Int, of size: Float, columns: Int = 8) throws -> EmbeddingSpread {
    var rows: [Float] = []
    for row in 0..<2 * columns {
      var values = [Float](repeating: 0, count: columns)
      values[0] = 1
      values[1 + row / 2 % directions] = row % 2 == 0 ? size : -size
      rows += values
    }
    return try #require(EmbeddingSpread(of: rows, columns: columns))
  }

  /// What is said after each epoch of a training.
  private func said(
    collapse: Double? = 2.708, _ epochs: [(loss: Double, spread: EmbeddingSpread?)]
  ) -> [String?] {
    var watch = CollapseDetector(collapse: collapse, epochs: epochs.count)
    return epochs.indices.map { epoch in
      watch.warning(epoch: epoch + 1, loss: epochs[epoch].loss, spread: epochs[epoch].spread)
    }
  }

  @Test func nothingIsSaidOfAHealthyTraining() throws {
    let healthy = try spread(directions: 7, of: 1)
    let sentences = said((1...10).map { _ in (2, healthy) })
    #expect(sentences.allSatisfy { $0 == nil })
  }

  @Test(arguments: [(10, 2), (100, 10)])
  func eachIsSaidOnceAndNotAtFirst(epochs: Int, grace: Int) throws {
    let narrow = try spread(directions: 7, of: 0.01)
    let sentences = said(collapse: nil, (1...epochs).map { _ in (2, narrow) })
    #expect(sentences.indices.filter { sentences[$0] != nil } == [grace])
  }

  @Test func whatIsSaidHasItsNumbers() throws {
    let (narrow, line) = (try spread(directions: 7, of: 0.01), try spread(directions: 1, of: 1, columns: 40))
    let sentences = said([(2, narrow), (2, narrow), (2, narrow), (2, line), (2, nil)])
    #expect(sentences[..<2] == [nil, nil])
    #expect(
      sentences[2]?.hasPrefix(
        "all embeddings point almost the same way: their deviation is 0.009, where 1 is an even spread, at a "
          + "loss of 2.000. The encoder has collapsed. A loss that only attracts needs negatives") == true)
    #expect(
      sentences[3]?.hasPrefix("the embeddings vary in few directions: their effective rank is 1.0 of 40.")
        == true)
    #expect(sentences[4]?.hasPrefix("some embeddings are not finite, though the loss is 2.000") == true)
  }

  @Test func theLossCoversTheDeviation() throws {
    let narrow = try spread(directions: 7, of: 0.01)
    let sentences = said([2.71, 2.71, 2.71, 2.71, 2].map { ($0, narrow) })
    #expect(sentences[2]?.hasPrefix("the loss sits at 2.710, that of embeddings which are all the") == true)
    #expect(sentences[3] == nil)
    // Off its collapse value, with embeddings that are still equal, it is another thing.
    #expect(sentences[4]?.hasPrefix("all embeddings point") == true)
  }

  @Test(arguments: [(40, 2), (127, 6.35)])
  func aTwentiethOfTheRankIsTooLow(possible: Int, lowest: Double) throws {
    #expect(abs(try #require(CollapseDetector.lowestRank(of: possible)) - lowest) < 1e-12)
  }

  /// A few classes are told apart in one direction or two.
  @Test func whereFewDirectionsArePossibleNoneIsTooFew() throws {
    #expect(CollapseDetector.lowestRank(of: 39) == nil)
    let line = try spread(directions: 1, of: 1)
    let sentences = said((1...4).map { _ in (2, line) })
    #expect(sentences.allSatisfy { $0 == nil })
  }

  @Test func historiesOfOlderRunsAreRead() throws {
    let old = try #require(
      StageHistory(decoding: #"{"losses":[2.5],"neighbours":{},"validation":[]}"#))
    #expect(old.losses == [2.5] && old.spreads.isEmpty)
    var new = old
    new.spreads[1] = try spread(directions: 7, of: 1)
    #expect(StageHistory(decoding: try new.encoded()) == new)
  }
}
