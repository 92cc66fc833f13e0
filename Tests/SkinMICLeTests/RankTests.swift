import Foundation
import Recipes
import Testing

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
    let out = "\(launcher.rawValue)-\(ranks)"
    let outcome = try launcher.command(ranks: ranks, RankTests.arguments(in: folder, out: out)).outcome()
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try RunContents(of: folder.url.appending(path: out)).differences(from: expected) == [])
  }

  /// The sum in the library's own order is a valid one of the same numbers.
  @Test(arguments: MPILauncher.tested) func aFastSumIsCloseToTheExactOne(launcher: MPILauncher) throws {
    let (folder, _) = try RankTests.alone.get()
    let out = "\(launcher.rawValue)-fast"
    let arguments = try RankTests.arguments(in: folder, out: out) + ["--reduce", "fast"]
    let outcome = try launcher.command(ranks: 2, arguments).outcome()
    #expect(outcome.code == 0, "\(outcome.errors)")
    func losses(_ name: String) -> [Double] {
      let file = folder.url.appending(path: name).appending(path: "history.jsonl")
      return RunHistory(contentsOf: file).epochs["simclr"]?.map(\.loss) ?? []
    }
    let (fast, exact) = (losses(out), losses("alone"))
    #expect(fast.count == 2 && zip(fast, exact).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test(arguments: MPILauncher.tested) func aRunOfWhichARankIsKilledGoesOnAlone(launcher: MPILauncher) throws
  {
    let (folder, expected) = try RankTests.alone.get()
    let out = "\(launcher.rawValue)-killed"
    let arguments = try RankTests.arguments(in: folder, out: out)
    let command = try launcher.command(ranks: 2, arguments)
    let checkpoint = folder.url.appending(path: out).appending(path: "simclr.checkpoint.safetensors")
    let begin = ContinuousClock.now
    while !FileManager.default.fileExists(atPath: checkpoint.path), command.process.isRunning { usleep(2000) }
    let follower = try #require(RankTests.processes(of: out).max())
    kill(follower, SIGKILL)
    let outcome = command.outcome()
    #expect(outcome.code != 0 || outcome.wasKilled)
    #expect(ContinuousClock.now - begin < .seconds(60))
    let rest = try Command(arguments).outcome()
    #expect(rest.code == 0, "\(rest.errors)")
    #expect(try RunContents(of: folder.url.appending(path: out)).differences(from: expected) == [])
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
    let flag = try errors(["--chnks", "2"])
    #expect(count("--chnks is not a flag", in: flag) == 1, "\(flag)")
    let file = try errors(["--leave-out", "/nowhere.csv"])
    #expect(count("/nowhere.csv", in: file) == 1, "\(file)")
    let command = try launcher.command(ranks: 2, ["describe"]).outcome()
    #expect(count("describe runs in one process", in: command.errors) == 1, "\(command.errors)")
  }

  /// The processes, not the launchers, of a run with a folder.
  private static func processes(of out: String) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { process in
      let words =
        (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8))?
        .split(separator: "\0") ?? []
      return words.first?.hasSuffix("SkinMICLe") == true && words.contains { $0.hasSuffix("/" + out) }
    }
  }
}

/// A launcher of MPI that may be installed.
///
/// With `LOUPE_REQUIRE_MPI=1` a missing one is a failure.
enum MPILauncher: String, CaseIterable {
  case openMPI = "mpirun.openmpi"
  case mpich = "mpirun.mpich"

  static let missing: Comment =
    "no MPI is installed (apt-get install openmpi-bin mpich); LOUPE_REQUIRE_MPI=1 makes this a failure"

  /// The installed ones; all, if they are required.
  static var tested: [MPILauncher] {
    ProcessInfo.processInfo.environment["LOUPE_REQUIRE_MPI"] == "1"
      ? allCases : allCases.filter { $0.file != nil }
  }

  private var file: URL? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { URL(filePath: String($0)).appending(path: rawValue) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// Starts the program as several processes of one thread.
  func command(ranks: Int, _ arguments: [String]) throws -> Command {
    let own = self == .openMPI ? ["--oversubscribe"] : []
    return try Command(
      executable: #require(file, "\(rawValue) is not installed: apt-get install openmpi-bin mpich"),
      own + ["-n", "\(ranks)", Command.program.path] + arguments, threads: 1,
      environment: ["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"])
  }
}
