import Testing

@testable import Recipes

/// The choice between more ranks for each training and several trainings at once, in closed cases.
struct SpreadTests {
  /// Trainings of some seconds on one rank, of which a part does not become less with more ranks.
  private func spread(
    _ seconds: [Double], fixed: Double = 0, on ranks: Int, upTo most: Int = .max
  ) -> Spread {
    let trainings = seconds.map { seconds in
      { (ranks: Int) -> Double? in
        ranks > most ? nil : seconds * (fixed + (1 - fixed) / Double(ranks))
      }
    }
    return Spread(of: trainings, ranks: ranks)
  }

  private func check(
    _ spread: Spread, groups: Int, seconds: Double, together: Double?,
    at place: Testing.SourceLocation = #_sourceLocation
  ) {
    func isClose(_ a: Double?, _ b: Double?) -> Bool {
      if let a, let b { abs(a - b) < 1e-9 } else { a == b }
    }
    #expect(
      spread.groups == groups && isClose(spread.seconds, seconds)
        && isClose(spread.secondsTogether, together),
      "\(spread)", sourceLocation: place)
  }

  @Test func oneTrainingHasAllRanks() {
    check(spread([8], fixed: 0.5, on: 4), groups: 1, seconds: 5, together: 5)
  }

  /// Four trainings on four ranks take as long side by side as one after another.
  @Test func allRanksStayTogetherAtATie() {
    check(spread([8, 8, 8, 8], on: 4), groups: 1, seconds: 8, together: 8)
  }

  /// One rank takes 8 s, two 6 s, four 5 s.
  @Test func equalTrainingsAreSpreadIfMoreRanksAreNotWorthIt() {
    check(spread([8, 8], fixed: 0.5, on: 4), groups: 2, seconds: 6, together: 10)
    check(spread([8, 8, 8, 8], fixed: 0.5, on: 4), groups: 4, seconds: 8, together: 20)
    // Three in two groups: 12 s; in four groups, one of which has nothing to do: 8 s.
    check(spread([8, 8, 8], fixed: 0.5, on: 4), groups: 4, seconds: 8, together: 15)
  }

  /// A long training would keep three of four ranks waiting.
  @Test func aLongTrainingKeepsRanksTogether() {
    #expect(spread([100, 1, 1], fixed: 0.1, on: 4).groups == 1)
  }

  /// The longest first: 5 and 3, beside 4 and 4; the other way round it would be 9.
  @Test func aFreeGroupTakesTheLongestLeft() {
    #expect(Spread.makespan([3, 4, 5, 4], groups: 2) == 8)
    #expect(Spread.makespan([7], groups: 3) == 7)
    #expect(Spread.makespan([], groups: 2) == 0)
  }

  /// Chunks that four ranks cannot share, but two can.
  @Test func whatAllCannotShareIsSpread() {
    let two = spread([8, 8], on: 4, upTo: 2)
    check(two, groups: 2, seconds: 4, together: nil)
    check(spread([8], on: 4, upTo: 2), groups: 2, seconds: 4, together: nil)
    check(spread([8, 8], on: 6, upTo: 1), groups: 6, seconds: 8, together: nil)
  }

  /// Six ranks are one, two, three or six groups.
  @Test func groupsAreOfAsManyRanks() {
    // 16/3 s on three ranks, 6 s on two, 8 s on one.
    check(spread([8, 8, 8, 8], fixed: 0.5, on: 6), groups: 6, seconds: 8, together: 56 / 3)
    check(spread([8, 8, 8], fixed: 0.25, on: 6), groups: 3, seconds: 5, together: 9)
    // 4 s on three ranks and 8 s on one take as long; the fewer groups.
    check(spread([8, 8, 8, 8], fixed: 0.25, on: 6), groups: 2, seconds: 8, together: 12)
  }
}
