import Foundation
import Ops
import Testing

@testable import Recipes

struct CollapseValueTests {
  private func value(_ loss: some EmbeddingLoss, _ pairs: Int = 64) -> Double? {
    loss.valueOfEqualEmbeddings(Pairs(pairs), columns: 16)
  }

  @Test func whatOnlyEqualEmbeddingsHaveTellsACollapse() throws {
    #expect(abs(try #require(value(NTXent())) - log(127)) < 1e-9)
    // Columns without variance have no correlation: each misses its 1.
    #expect(abs(try #require(value(BarlowTwinsLoss())) - 16) < 1e-9)
    #expect(abs(try #require(value(TripletLoss(margin: 0.5))) - 0.5) < 1e-9)
  }

  /// What only attracts is at its least when all embeddings are equal, and whenever the views agree.
  @Test func whatOnlyAttractsHasNone() {
    #expect(value(BYOLLoss()) == nil)
    #expect(value(SimSiamLoss()) == nil)
  }

  @Test func whatRemembersHasNone() {
    #expect(value(InfoNCE(queue: 20)) == nil)
  }
}
