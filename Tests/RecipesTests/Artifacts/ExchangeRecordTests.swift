import Testing

@testable import Recipes

struct ExchangeRecordTests {
  private func record(_ computing: [Double]) -> ExchangeRecord {
    ExchangeRecord(stage: "s", epoch: 1, computing: computing, bytes: 3 << 20, inFlight: 0.5, waiting: 0.25)
  }

  @Test func aRankThatTakesMuchLongerIsNamed() throws {
    let slowest = try #require(record([1, 1.1, 2.2, 0.9]).slowest)
    #expect(slowest.rank == 2 && slowest.times == 2.2)
    #expect(try #require(record([3, 1]).slowest).rank == 0)
  }

  @Test(arguments: [[1], [1, 1.2], [0, 0], [1, 1, 1.1, 1.25]])
  func othersAreNot(computing: [Double]) { #expect(record(computing).slowest == nil) }

  @Test func isALineOfTheLog() {
    #expect(
      RunEvent.exchange(record([1, 2])).line
        == "s  ranks  computed for 1.0, 2.0 s  the first sent 3.0 MiB, with 0.5 s in flight, and waited for 0.2 s"
    )
  }
}
