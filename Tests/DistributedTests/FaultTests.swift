import Testing

/// Faults among three processes, with a limit of three seconds.
@Suite(.enabled(if: !Launch.tested.isEmpty, Launch.missing)) struct FaultTests {
  private let named = "Rank 1 on host "
  private let reason = " has not been heard of for 3 seconds; it may be stopped, cut off or dead."

  @Test(arguments: Launch.tested) func aKilledRankEndsTheOthers(launch: Launch) throws {
    let outcome = try launch.run("killed", ranks: 3)
    #expect(outcome.code != 0 && outcome.code != nil)
    #expect(outcome.seconds < 15)
  }

  @Test(arguments: Launch.tested) func aStoppedRankIsNamedByThoseThatWait(launch: Launch) throws {
    let outcome = try launch.run("stopped", ranks: 3)
    #expect(outcome.code == 3, "\(outcome.output)")
    let sentences = outcome.lines(with: named)
    #expect(!sentences.isEmpty && sentences.allSatisfy { $0.hasSuffix(reason) }, "\(outcome.output)")
    #expect(sentences.allSatisfy { $0.hasPrefix("rank 0: ") || $0.hasPrefix("rank 2: ") })
    #expect(outcome.seconds > 3 && outcome.seconds < 15)
  }

  @Test(arguments: Launch.tested) func aStoppedRankIsNamedWhileTheOthersCompute(launch: Launch) throws {
    let outcome = try launch.run("stopped-computing", ranks: 3)
    #expect(outcome.code == 4, "\(outcome.output)")
    let sentences = outcome.lines(with: named)
    #expect(
      !sentences.isEmpty && sentences.allSatisfy { $0.hasPrefix("while computing: ") && $0.hasSuffix(reason) }
    )
    #expect(outcome.seconds < 20)
  }

  @Test(arguments: Launch.tested) func aRankMayComputeForLongerThanTheLimit(launch: Launch) throws {
    let outcome = try launch.run("late", ranks: 3)
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(outcome.seconds > 4)
  }

  @Test(arguments: Launch.tested) func aJobMayBeSuspendedForLongerThanTheLimit(launch: Launch) throws {
    let outcome = try launch.run("stopped-together", ranks: 3)
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(outcome.seconds > 4)
  }

  @Test(arguments: Launch.tested) func aRankMayBeStoppedForLessThanTheLimit(launch: Launch) throws {
    let outcome = try launch.run("paused", ranks: 3)
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(outcome.seconds > 1.5)
  }

  @Test(arguments: Launch.tested) func ranksThatWaitForEachOtherEnd(launch: Launch) throws {
    let outcome = try launch.run("apart", ranks: 3)
    #expect(outcome.code == 3, "\(outcome.output)")
    #expect(!outcome.lines(with: "nothing has been exchanged for 3 seconds").isEmpty)
  }
}
