import TestSupport
import Testing

/// Faults among three processes, with a limit of three seconds.
@Suite(.serialized, .enabled(if: !MPILauncher.tested.isEmpty, MPILauncher.missing)) struct FaultTests {
  private let named = "Rank 1 on host "
  private let reason = " has not been heard of for 3 seconds; it may be stopped, cut off or dead."

  @Test(arguments: MPILauncher.tested) func aKilledRankEndsTheOthers(launch: MPILauncher) async throws {
    let outcome = try await launch.run("killed", ranks: 3)
    #expect(outcome.code != 0 && outcome.code != nil)
    #expect(outcome.seconds < 15)
  }

  @Test(arguments: MPILauncher.tested) func aStoppedRankIsNamedByThoseThatWait(launch: MPILauncher)
    async throws
  {
    let outcome = try await launch.run("stopped", ranks: 3)
    #expect(outcome.code == 3, "\(outcome.output)")
    let sentences = outcome.lines(with: named)
    #expect(!sentences.isEmpty && sentences.allSatisfy { $0.hasSuffix(reason) }, "\(outcome.output)")
    #expect(sentences.allSatisfy { $0.hasPrefix("rank 0: ") || $0.hasPrefix("rank 2: ") })
    #expect(outcome.seconds > 3 && outcome.seconds < 15)
  }

  @Test(arguments: MPILauncher.tested) func aStoppedRankIsNamedWhileTheOthersCompute(launch: MPILauncher)
    async throws
  {
    let outcome = try await launch.run("stopped-computing", ranks: 3)
    #expect(outcome.code == 4, "\(outcome.output)")
    let sentences = outcome.lines(with: named)
    #expect(
      !sentences.isEmpty && sentences.allSatisfy { $0.hasPrefix("while computing: ") && $0.hasSuffix(reason) }
    )
    #expect(outcome.seconds < 20)
  }

  /// A rank may compute for longer than the limit, a job be suspended for longer, and a rank for less.
  @Test(arguments: MPILauncher.tested, [("late", 4), ("stopped-together", 4), ("paused", 1.5)])
  func whatIsNoFaultIsNotTakenForOne(launch: MPILauncher, mode: (name: String, seconds: Double)) async throws
  {
    let outcome = try await launch.run(mode.name, ranks: 3)
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(outcome.seconds > mode.seconds)
  }

  @Test(arguments: MPILauncher.tested) func ranksThatWaitForEachOtherEnd(launch: MPILauncher) async throws {
    let outcome = try await launch.run("apart", ranks: 3)
    #expect(outcome.code == 3, "\(outcome.output)")
    #expect(!outcome.lines(with: "nothing has been exchanged for 3 seconds").isEmpty)
  }
}
