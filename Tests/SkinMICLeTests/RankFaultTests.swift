import Foundation
import Recipes
import TestSupport
import Testing

/// Runs of several processes of which one fails or refuses.
@Suite(.serialized, .enabled(if: !MPILauncher.tested.isEmpty, MPILauncher.missing)) struct RankFaultTests {
  /// `LOUPE_RANK_KILLS=50 swift test --filter RankFaultTests` kills that often: a random rank of a run on
  /// two or four, at a random moment. After each few kills the run goes on in one process.
  @Test func runsOfWhichRanksAreKilledGoOnToTheSameBytes() throws {
    let (folder, expected) = try SharedRun.alone.get()
    var kills = RankKills(seed: 1)
    var (number, differences) = (0, [String]())
    while !kills.areDone {
      let out = "killed-\(number / 4)"
      let url = folder.url.appending(path: out)
      let arguments = try SharedRun.arguments(in: folder, out: out)
      let ranks = kills.generator.chance(0.5) ? 2 : 4
      let launcher = MPILauncher.tested[number % MPILauncher.tested.count]
      let command = try launcher.command(ranks: ranks, arguments)
      while command.process.isRunning, try MPILauncher.processes(of: url).count < ranks { usleep(10_000) }
      usleep(UInt32(kills.generator.uniform() * 3e6))
      try kills.end(command, of: url)
      number += 1
      guard number % 4 == 0 || kills.areDone else { continue }
      let rest = try Command(arguments).outcome()
      #expect(rest.code == 0, "\(rest.errors)")
      differences += try RunContents(of: url).differences(from: expected)
    }
    #expect(differences == [])
    kills.expectPromptEnds()
  }

  @Test(arguments: MPILauncher.tested) func aRankThatIsStoppedIsNamed(launcher: MPILauncher) throws {
    let (folder, _) = try SharedRun.alone.get()
    let out = "\(launcher)-stopped"
    let command = try launcher.command(ranks: 2, SharedRun.arguments(in: folder, out: out), limit: 3)
    let url = folder.url.appending(path: out)
    let checkpoint = url.appending(path: "simclr.checkpoint.safetensors")
    while !FileManager.default.fileExists(atPath: checkpoint.path), command.process.isRunning { usleep(2000) }
    let follower = try #require(MPILauncher.processes(of: url).max())
    kill(follower, SIGSTOP)
    let begin = ContinuousClock.now
    let outcome = command.outcome()
    kill(follower, SIGKILL)
    #expect(ContinuousClock.now - begin < .seconds(60))
    #expect(outcome.code != 0 || outcome.wasKilled)
    #expect(outcome.errors.contains("has not been heard of"), "\(outcome.errors)")
  }

  @Test(arguments: MPILauncher.tested) func whatOneRankRefusesIsSaidOnce(launcher: MPILauncher) throws {
    let (folder, _) = try SharedRun.alone.get()
    func errors(_ arguments: [String], ranks: Int = 2, chunks: Int = 4) throws -> String {
      let arguments = try SharedRun.arguments(in: folder, out: "refused", chunks: chunks) + arguments
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
