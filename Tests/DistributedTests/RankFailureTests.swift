import Testing

@testable import Distributed

struct RankFailureTests {
  private func lost(_ ranks: [Int], of others: Int) -> String {
    RankFailure.lost(ranks.map { .init(rank: $0, host: "node\($0)") }, others: others, seconds: 60)
      .description
  }

  @Test func lostRanksAreNamed() {
    #expect(
      lost([3], of: 3)
        == "Rank 3 on host node3 has not been heard of for 60 seconds; it may be stopped, cut off or dead.")
    #expect(
      lost([1, 3], of: 3)
        == "Rank 1 on host node1, rank 3 on host node3 have not been heard of for 60 seconds; they may be stopped, "
        + "cut off or dead.")
    #expect(lost([1], of: 1).hasPrefix("Rank 1 on host node1 has"))
  }

  @Test func whoHearsNobodyMayBeCutOff() {
    #expect(
      lost([0, 1, 3], of: 3)
        == "None of the 3 other processes has been heard of for 60 seconds: this machine may be "
        + "cut off from the network.")
  }
}
