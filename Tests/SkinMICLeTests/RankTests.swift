import Foundation
import Recipes
import TestSupport
import Testing

@testable import SkinMICLe

/// Runs of several processes under a launcher of MPI.
@Suite(.serialized, .enabled(if: !MPILauncher.tested.isEmpty, MPILauncher.missing)) struct RankTests {
  @Test(arguments: MPILauncher.tested, [2, 4])
  func ranksLeaveWhatOneProcessLeaves(launcher: MPILauncher, ranks: Int) throws {
    let (folder, expected) = try SharedRun.alone.get()
    let out = "\(launcher)-\(ranks)"
    let outcome = try launcher.command(ranks: ranks, SharedRun.arguments(in: folder, out: out)).outcome()
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try RunContents(of: folder.url.appending(path: out)).differences(from: expected) == [])
  }

  /// Batches of 512 pairs, so that the loss needs the embeddings of all ranks.
  @Test(arguments: MPILauncher.tested, [2, 4])
  func gradientsOfRanksAreThoseOfTheWholeBatch(launcher: MPILauncher, ranks: Int) throws {
    let program = try #require(Executable.built("RankSteps"))
    func words(_ outcome: Command.Outcome) throws -> [Substring] {
      #expect(outcome.code == 0, "\(outcome.errors)")
      return try #require(outcome.output.split(separator: "\n").last).split(separator: " ")
    }
    let alone = try words(Command(executable: program, [], threads: 1).outcome())
    let shared = try words(launcher.command(ranks: ranks, of: program, []).outcome())
    let (gradient, difference) = (try #require(Double(shared[1])), try #require(Double(shared[3])))
    #expect(gradient > 1e-3 && difference < 1e-5 * gradient, "\(shared)")
    #expect(shared.last == alone.last)
  }

  /// Each rank normalizes one chunk by the moments of all; with its own the weights are others.
  @Test(arguments: MPILauncher.tested, [2, 4])
  func synchronizedRanksAreTheWholeBatch(launcher: MPILauncher, ranks: Int) throws {
    let program = try #require(Executable.built("RankSteps"))
    let outcome = try launcher.command(ranks: ranks, of: program, ["synchronized"]).outcome()
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
    try #require(lines.count == ranks && lines.allSatisfy { $0.count == 8 }, "\(lines)")
    for words in lines {
      let (gradient, weight) = (try #require(Double(words[1])), try #require(Double(words[3])))
      let unsynchronized = try #require(Double(words[5]))
      #expect(gradient < 1e-5 && weight < 1e-5 && unsynchronized > 1e-2, "\(lines)")
    }
    #expect(Set(lines.map { $0[7] }).count == 1, "\(lines)")
  }

  /// The sum in the library's own order is a valid one of the same numbers.
  @Test(arguments: MPILauncher.tested) func aFastSumIsCloseToTheExactOne(launcher: MPILauncher) throws {
    let (folder, _) = try SharedRun.alone.get()
    let out = "\(launcher)-fast"
    let arguments = try SharedRun.arguments(in: folder, out: out) + ["--reduce", "fast"]
    let outcome = try launcher.command(ranks: 2, arguments).outcome()
    #expect(outcome.code == 0, "\(outcome.errors)")
    let (fast, exact) = (RankTests.losses(of: out, in: folder), RankTests.losses(of: "alone", in: folder))
    #expect(fast.count == 2 && zip(fast, exact).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  /// What a forecast for two machines says of the bytes of a step is what two ranks count.
  @Test(arguments: MPILauncher.tested) func aForecastKnowsWhatRanksSend(launcher: MPILauncher) throws {
    let (folder, _) = try SharedRun.alone.get()
    let out = "\(launcher)-sent"
    let words = try SharedRun.arguments(in: folder, out: out)
    let setup = try RunSetup(Arguments(words)) { _ in }
    let forecast = try setup.recipe.pipeline.forecast(
      on: setup.dataset, in: RunSetup.output(of: Arguments(words)), size: setup.size, machines: 2,
      bitsPerSecond: 1e10)
    let outcome = try launcher.command(ranks: 2, words).outcome()
    #expect(outcome.code == 0, "\(outcome.errors)")
    let history = try String(
      contentsOf: folder.url.appending(path: out).appending(path: "history.jsonl"), encoding: .utf8)
    let events = history.split(separator: "\n").compactMap {
      try? JSONDecoder().decode(Sent.self, from: Data($0.utf8))
    }
    let steps = try #require(events.first { $0.event == "stageBegan" && $0.stage == "simclr" }?.steps)
    let sent = events.filter { $0.event == "exchange" && $0.stage == "simclr" }.compactMap(\.bytes)
    #expect(sent.count == 2)
    // Besides, a rank sends the size of its notice.
    for bytes in sent { #expect(abs(bytes / steps - forecast.rows[1].bytesPerStep) <= 16) }
  }

  private struct Sent: Decodable {
    let event: String
    let stage: String?
    let steps: Int?
    let bytes: Int?
  }

  /// Two ranks with synchronized batch normalization begin as one process with whole batches does, and not as
  /// two with chunks; later, rounding grows where activations change their sign.
  @Test(arguments: MPILauncher.tested) func aSynchronizedRunIsThatOfWholeBatches(launcher: MPILauncher) throws
  {
    let (folder, _) = try SharedRun.alone.get()
    func loss(_ out: String, ranks: Int?, _ flags: [String]) throws -> Double {
      let arguments = try SmallRun.photographs.arguments(in: folder.url, out: out) + ["--quiet"] + flags
      let command =
        try ranks.map { try launcher.command(ranks: $0, arguments) } ?? Command(arguments)
      let outcome = command.outcome()
      #expect(outcome.code == 0, "\(outcome.errors)")
      return try #require(RankTests.losses(of: out, in: folder).first)
    }
    let whole = try loss("\(launcher)-whole", ranks: nil, [])
    let synchronized = try loss("\(launcher)-synchronized", ranks: 2, ["--sync-batch-norm"])
    let apart = try loss("\(launcher)-apart", ranks: 2, [])
    #expect(abs(synchronized - whole) < 1e-3, "\(synchronized) for \(whole)")
    #expect(abs(apart - whole) > 1e-2, "\(apart) for \(whole)")
  }

  /// The losses of the first stage's epochs.
  private static func losses(of run: String, in folder: ScratchFolder) -> [Double] {
    let file = folder.url.appending(path: run).appending(path: "history.jsonl")
    return RunHistory(contentsOf: file).epochs["simclr"]?.map(\.loss) ?? []
  }
}
