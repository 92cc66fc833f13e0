import Foundation
import Recipes
import TestSupport
import Testing

@testable import SkinMICLe

/// Runs of several processes under a launcher of MPI.
@Suite(.serialized, .enabled(if: !MPILauncher.tested.isEmpty, MPILauncher.missing)) struct RankTests {
  private static let scratch = Result { try ScratchFolder() }

  /// What one process leaves, with batches in four chunks.
  private static let alone = Result<(folder: ScratchFolder, contents: RunContents), any Error> {
    let folder = try scratch.get()
    let outcome = try Command(arguments(in: folder, out: "alone")).outcome()
    try #require(outcome.code == 0, "\(outcome.errors)")
    return (folder, try RunContents(of: folder.url.appending(path: "alone")))
  }

  private static func arguments(
    in folder: ScratchFolder, out: String, chunks: Int = 4
  ) throws -> [String] {
    try SmallRun.photographs.arguments(in: folder.url, out: out) + ["--chunks", "\(chunks)", "--quiet"]
  }

  @Test(arguments: MPILauncher.tested, [2, 4])
  func ranksLeaveWhatOneProcessLeaves(launcher: MPILauncher, ranks: Int) throws {
    let (folder, expected) = try RankTests.alone.get()
    let out = "\(launcher)-\(ranks)"
    let outcome = try launcher.command(ranks: ranks, RankTests.arguments(in: folder, out: out)).outcome()
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
    let (folder, _) = try RankTests.alone.get()
    let out = "\(launcher)-fast"
    let arguments = try RankTests.arguments(in: folder, out: out) + ["--reduce", "fast"]
    let outcome = try launcher.command(ranks: 2, arguments).outcome()
    #expect(outcome.code == 0, "\(outcome.errors)")
    let (fast, exact) = (RankTests.losses(of: out, in: folder), RankTests.losses(of: "alone", in: folder))
    #expect(fast.count == 2 && zip(fast, exact).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  /// What a forecast for two machines says of the bytes of a step is what two ranks count.
  @Test(arguments: MPILauncher.tested) func aForecastKnowsWhatRanksSend(launcher: MPILauncher) throws {
    let (folder, _) = try RankTests.alone.get()
    let out = "\(launcher)-sent"
    let words = try RankTests.arguments(in: folder, out: out)
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
    let folder = try RankTests.scratch.get()
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

  /// `LOUPE_RANK_KILLS=50 swift test --filter RankTests` kills that often: a random rank of a run on two or
  /// four, at a random moment. After each few kills the run goes on in one process.
  @Test func runsOfWhichRanksAreKilledGoOnToTheSameBytes() throws {
    let kills = ProcessInfo.processInfo.environment["LOUPE_RANK_KILLS"].flatMap { Int($0) } ?? 2
    let (folder, expected) = try RankTests.alone.get()
    var generator = CounterGenerator(seed: 1)
    var (number, killed, slowest, differences) = (0, 0, 0.0, [String]())
    while killed < kills {
      let out = "killed-\(number / 4)"
      let arguments = try RankTests.arguments(in: folder, out: out)
      let ranks = generator.chance(0.5) ? 2 : 4
      let launcher = MPILauncher.tested[number % MPILauncher.tested.count]
      let command = try launcher.command(ranks: ranks, arguments)
      while command.process.isRunning, try MPILauncher.processes(of: out).count < ranks { usleep(10_000) }
      usleep(UInt32(generator.uniform() * 3e6))
      if let seconds = try command.endByKillingARank(of: out, using: &generator) {
        killed += 1
        slowest = max(slowest, seconds)
      }
      number += 1
      guard number % 4 == 0 || killed == kills else { continue }
      let rest = try Command(arguments).outcome()
      #expect(rest.code == 0, "\(rest.errors)")
      differences += try RunContents(of: folder.url.appending(path: out)).differences(from: expected)
    }
    print("\(killed) ranks killed; the others ended within \(slowest) s")
    #expect(differences == [])
    #expect(slowest < 60)
  }

  @Test(arguments: MPILauncher.tested) func aRankThatIsStoppedIsNamed(launcher: MPILauncher) throws {
    let (folder, _) = try RankTests.alone.get()
    let out = "\(launcher)-stopped"
    let command = try launcher.command(ranks: 2, RankTests.arguments(in: folder, out: out), limit: 3)
    let checkpoint = folder.url.appending(path: out).appending(path: "simclr.checkpoint.safetensors")
    while !FileManager.default.fileExists(atPath: checkpoint.path), command.process.isRunning { usleep(2000) }
    let follower = try #require(MPILauncher.processes(of: out).max())
    kill(follower, SIGSTOP)
    let begin = ContinuousClock.now
    let outcome = command.outcome()
    kill(follower, SIGKILL)
    #expect(ContinuousClock.now - begin < .seconds(60))
    #expect(outcome.code != 0 || outcome.wasKilled)
    #expect(outcome.errors.contains("has not been heard of"), "\(outcome.errors)")
  }

  @Test(arguments: MPILauncher.tested) func whatOneRankRefusesIsSaidOnce(launcher: MPILauncher) throws {
    let (folder, _) = try RankTests.alone.get()
    func errors(_ arguments: [String], ranks: Int = 2, chunks: Int = 4) throws -> String {
      let arguments = try RankTests.arguments(in: folder, out: "refused", chunks: chunks) + arguments
      let outcome = try launcher.command(ranks: ranks, arguments).outcome()
      #expect(outcome.code != 0)
      return outcome.errors
    }
    func count(_ sentence: String, in text: String) -> Int {
      text.components(separatedBy: sentence).count - 1
    }
    let chunks = try errors([], ranks: 4, chunks: 2)
    #expect(count("4 ranks cannot share the 2 chunks of a batch of \"simclr\"", in: chunks) == 1, "\(chunks)")
    let normalization = try errors(["--sync-batch-norm"])
    #expect(count("\"simclr\" has synchronized", in: normalization) == 1, "\(normalization)")
    #expect(normalization.contains("2 ranks would share its 4 chunks: use 2 chunks"), "\(normalization)")
    let flag = try errors(["--chnks", "2"])
    #expect(count("--chnks is not a flag", in: flag) == 1, "\(flag)")
    let file = try errors(["--leave-out", "/nowhere.csv"])
    #expect(count("/nowhere.csv", in: file) == 1, "\(file)")
    let command = try launcher.command(ranks: 2, ["describe"]).outcome()
    #expect(count("describe runs in one process", in: command.errors) == 1, "\(command.errors)")
  }

  /// Without its library, a launched process says so and does not run by itself.
  @Test(arguments: [["LOUPE_MPI": "/no/libmpi.so"], ["LOUPE_MPI_TIMEOUT": "soon"]])
  func aLaunchWithoutALibraryIsRefused(environment: [String: String]) throws {
    let launch = ["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "0"]
    let folder = try ScratchFolder()
    let outcome = try Command(
      executable: Command.program, SmallRun.photographs.arguments(in: folder.url, out: "run"), threads: 1,
      environment: launch.merging(environment) { $1 }
    ).outcome()
    #expect(outcome.code == 78 && !outcome.wasKilled)
    #expect(environment.values.allSatisfy { outcome.errors.contains($0) }, "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: "run").path))
  }

  /// A photograph that one rank reads within a step ends all, as it ends one process.
  @Test(arguments: MPILauncher.tested, [[], ["--sync-batch-norm"]])
  func whatOneRankCannotReadIsSaidOnce(launcher: MPILauncher, normalization: [String]) throws {
    let folder = try ScratchFolder()
    let whole =
      try SmallRun.photographs.arguments(in: folder.url, out: "strict") + ["--chunks", "2", "--strict"]
    try SmallRun.addBrokenPhotograph(to: folder.url)
    let alone = try Command(whole).outcome()
    let begin = ContinuousClock.now
    let shared = try launcher.command(ranks: 2, whole + normalization).outcome()
    #expect(alone.code != 0 && shared.code == alone.code, "\(alone.errors)\(shared.errors)")
    #expect(shared.errors.components(separatedBy: "broken.ppm").count == 2, "\(shared.errors)")
    #expect(ContinuousClock.now - begin < .seconds(30))
  }
}
