import Foundation
import Recipes
import Testing

/// Runs that are killed at random instants and started again until they are finished.
///
/// `LOUPE_KILLS=1000 swift test --filter KillTests` kills that often.
@Suite(.serialized) struct KillTests {
  private static let kills =
    ProcessInfo.processInfo.environment["LOUPE_KILLS"].flatMap { Int($0) } ?? 10

  private static let killsOfARun = 8

  /// What came of so many kills.
  private struct Tally: CustomStringConvertible {
    var (kills, runs, halfWritten) = (0, 0, 0)
    var (refusals, differences): ([String], [String]) = ([], [])

    var description: String {
      "\(kills) kills, \(halfWritten) of them while a file was written; \(runs) runs finished; "
        + "\(refusals.count) refusals to go on, \(differences.count) files that differ"
    }
  }

  @Test(arguments: [SmallRun.madeUp, .photographs])
  func aKilledRunGoesOnToTheSameBytes(run: SmallRun) throws {
    let scratch = try ScratchFolder()
    let start = Date()
    let whole = try Command(run.arguments(in: scratch.url, out: "whole"), threads: 2).outcome()
    #expect(whole.code == 0, "\(whole.errors)")
    let duration = Date().timeIntervalSince(start)
    let expected = try RunContents(of: scratch.url.appending(path: "whole"))

    var generator = CounterGenerator(seed: 1)
    var tally = Tally()
    while tally.kills < KillTests.kills / 2 {
      let out = "killed-\(tally.runs)"
      let folder = scratch.url.appending(path: out)
      let arguments = try run.arguments(in: scratch.url, out: out)
      for _ in 0..<KillTests.killsOfARun where tally.kills < KillTests.kills / 2 {
        let isFinished = try kill(arguments, folder, within: duration / 2, &generator, &tally)
        if isFinished { break }
      }
      let last = try Command(arguments).outcome()
      if last.code != 0 { tally.refusals.append("\(last.code): \(last.errors)") }
      tally.runs += 1
      tally.differences += try RunContents(of: folder).differences(from: expected)
      try FileManager.default.removeItem(at: folder)
      print("\(run.testDescription): \(tally)")
    }
    #expect(tally.refusals.isEmpty)
    #expect(tally.differences.isEmpty)
  }

  /// Starts a run and kills it; true if it has come to its end before.
  private func kill(
    _ arguments: [String], _ folder: URL, within duration: Double, _ generator: inout CounterGenerator,
    _ tally: inout Tally
  ) throws -> Bool {
    let command = try Command(arguments, threads: 1 + Int(generator.uniform() * 2))
    let signal = [SIGKILL, SIGKILL, SIGKILL, SIGTERM, SIGINT][Int(generator.uniform() * 5)]
    let delay = generator.uniform() * duration
    let waitsForAFile = generator.uniform() < 0.5
    usleep(UInt32(delay * 1e6))
    if waitsForAFile { waitForAHalfWrittenFile(in: folder, command) }
    command.send(signal)
    let outcome = command.outcome()
    let expected: Int32 = signal == SIGKILL ? SIGKILL : 128 + signal
    if outcome.code == 0, !outcome.wasKilled { return true }
    tally.kills += 1
    if signal == SIGKILL, hasHalfWrittenFile(folder) { tally.halfWritten += 1 }
    // Before its handlers are there a signal ends the program as it ends any.
    let isRight = outcome.code == expected || outcome.wasKilled && outcome.code == signal
    let saysHowToGoOn = outcome.wasKilled || outcome.errors.contains("Started again, the run goes on ")
    if !isRight || !saysHowToGoOn { tally.refusals.append("\(outcome.code): \(outcome.errors)") }
    return false
  }

  private func hasHalfWrittenFile(_ folder: URL) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.contains { $0.hasSuffix(".partial") }
  }

  private func waitForAHalfWrittenFile(in folder: URL, _ command: Command) {
    while command.process.isRunning, !hasHalfWrittenFile(folder) { usleep(50) }
  }
}
