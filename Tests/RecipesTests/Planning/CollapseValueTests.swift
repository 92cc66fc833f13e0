import Foundation
import Ops
import Testing

@testable import Recipes

struct CollapseValueTests {
  private func value(_ loss: some EmbeddingLoss, _ pairs: Int = 64) -> Double? {
    loss.valueOfEqualEmbeddings(BatchForm(samples: pairs, views: 2), columns: 16)
  }

  @Test func whatOnlyEqualEmbeddingsHaveTellsACollapse() throws {
    #expect(abs(try #require(value(NTXent())) - log(127)) < 1e-9)
    // Columns without variance have no correlation: each misses its 1.
    #expect(abs(try #require(value(BarlowTwinsLoss())) - 16) < 1e-9)
    #expect(abs(try #require(value(TripletLoss(margin: 0.5))) - 0.5) < 1e-9)
    #expect(abs(try #require(value(MoCoV3Loss(temperature: 0.5))) - 2 * log(64)) < 1e-9)
  }

  /// That of a large batch follows from smaller ones, as its similarities would take gigabytes.
  @Test(arguments: [513, 4096, 30_000, 1_000_000])
  func thatOfALargeBatchTakesNoMore(pairs: Int) throws {
    let rows = Double(2 * pairs)
    func expect(_ loss: some EmbeddingLoss, _ expected: Double) throws {
      let found = try #require(value(loss, pairs))
      #expect(abs(found - expected) < 1e-4, "\(loss): \(found) is not \(expected)")
    }
    try expect(NTXent(), log(rows - 1))
    try expect(DebiasedNTXent(prior: 0.1), log(rows - 1))
    try expect(DCL(temperature: 0.1), log(rows - 2))
    try expect(SupCon(), log(rows - 1))
    try expect(MoCoV3Loss(temperature: 0.5), 2 * log(rows / 2))
    try expect(AlignmentUniformity(), 0)
    try expect(BarlowTwinsLoss(), 16)
    try expect(TripletLoss(margin: 0.5), 0.5)
  }

  /// A loss that grows in another way than any mean does.
  @Test func thatOfALargeBatchIsNotGuessed() {
    struct Odd: ContrastiveLoss {
      func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
        (z * z).mean() * Double(pairs.count).squareRoot() + (pairs.first(of: z) - pairs.second(of: z)).sum()
          + (z - 1).sum()
      }
    }
    #expect(value(Odd(), 512) != nil)
    #expect(value(Odd(), 513) == nil)
  }

  /// What only attracts is at its least when all embeddings are equal, and whenever the views agree.
  @Test func whatOnlyAttractsHasNone() {
    #expect(value(BYOLLoss()) == nil)
    #expect(value(SimSiamLoss()) == nil)
    // An error of each image is no embedding.
    #expect(ReconstructionError().valueOfEqualEmbeddings(BatchForm(samples: 8, views: 1), columns: 1) == nil)
  }

  @Test func whatRemembersHasNone() {
    #expect(value(InfoNCE(queue: 20)) == nil)
    #expect(DINOLoss().valueOfEqualEmbeddings(BatchForm(samples: 64, views: 8), columns: 16) == nil)
  }

  /// Equal outputs are assigned to all prototypes alike.
  @Test func anAssignmentHasTheEntropyOfAllPrototypes() throws {
    let loss = DINOLoss(centering: .sinkhornKnopp())
    let value = loss.valueOfEqualEmbeddings(BatchForm(samples: 64, views: 8), columns: 16)
    #expect(abs(try #require(value) - log(16)) < 1e-6)
  }

  /// With groups it is a value only of a loss for which groups make no difference to equal embeddings.
  @Test func whatGroupsChangeHasNone() throws {
    let form = BatchForm(samples: 64, views: 2, groups: .input)
    let value = try #require(SupCon().valueOfEqualEmbeddings(form, columns: 16))
    #expect(abs(value - log(127)) < 1e-9)
    #expect(OtherPatients().valueOfEqualEmbeddings(form, columns: 16) == nil)
    #expect(self.value(OtherPatients()) != nil)
  }

  @Test func whatReadsMoreHasNone() {
    #expect(value(Weighted()) == nil)
  }
}

/// NT-Xent without the rows of the same group among the negatives.
private struct OtherPatients: ContrastiveLoss {
  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let rows = z.l2Normalized()
    let (positives, partners) = (pairs.positiveMask(in: z.graph), pairs.partnerMask(in: z.graph))
    let logits = rows.similarities(temperature: z.graph.constant(0.5))
      .leavingOut(pairs.selfMask(in: z.graph) + positives - partners)
    return -(partners * logSoftmax(logits)).sum(axes: [1]).mean()
  }
}

private struct Weighted: ContrastiveLoss {
  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    NTXent()(z, pairs) * z.graph.sharedInput("weight", [])
  }
}
