import Foundation
import Recipes
import TestSupport
import Testing

extension MPILauncher {
  /// Starts the program as several processes of one thread.
  ///
  /// - Parameter limit: The seconds after which a process that is not heard of is lost.
  func command(
    ranks: Int, of program: URL? = nil, _ arguments: [String], limit: Int = 60
  ) throws -> Command {
    let words = try words(ranks: ranks, program ?? Command.program, arguments)
    return try Command(
      executable: URL(filePath: words[0]), Array(words.dropFirst()), threads: 1,
      environment: ["LOUPE_MPI_TIMEOUT": "\(limit)"])
  }

  /// The processes, not the launchers, of a run with a folder.
  static func processes(of folder: URL) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { process in
      let words =
        (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8))?
        .split(separator: "\0") ?? []
      return words.first?.hasSuffix("SkinMICLe") == true && words.contains { $0 == folder.path }
    }
  }
}

/// The kills of random ranks in a test: as many as `LOUPE_RANK_KILLS` says, or two.
struct RankKills {
  var generator: CounterGenerator
  private let wanted = ProcessInfo.processInfo.environment["LOUPE_RANK_KILLS"].flatMap { Int($0) } ?? 2
  private var count = 0
  // The seconds that the other ranks took to end after a kill, at most.
  private var slowest = 0.0

  init(seed: UInt64) { generator = CounterGenerator(seed: seed) }

  var areDone: Bool { count >= wanted }

  /// Kills a random rank of a run with a folder, if it goes on, and waits for the end of all: with a message,
  /// unless the run was complete.
  mutating func end(_ command: Command, of folder: URL) throws {
    let processes = try MPILauncher.processes(of: folder).sorted()
    guard command.process.isRunning, let victim = processes.randomElement(using: &generator) else {
      _ = command.outcome()
      return
    }
    kill(victim, SIGKILL)
    let begin = ContinuousClock.now
    let outcome = command.outcome()
    guard outcome.code != 0 || outcome.wasKilled else { return }
    #expect(!(outcome.errors + outcome.output).isEmpty)
    count += 1
    slowest = max(slowest, (ContinuousClock.now - begin) / .seconds(1))
  }

  /// Prints what came of them, and expects that the others ended within a minute.
  func expectPromptEnds() {
    print("\(count) ranks killed; the others ended within \(slowest) s")
    #expect(slowest < 60)
  }
}

/// A small run on photographs with batches in four chunks, which ranks can share.
enum SharedRun {
  private static let scratch = Result { try ScratchFolder() }

  /// The folder and the files of the run in one process.
  static let alone = Result<(folder: ScratchFolder, contents: RunContents), any Error> {
    let folder = try scratch.get()
    let outcome = try Command(arguments(in: folder, out: "alone")).outcome()
    try #require(outcome.code == 0, "\(outcome.errors)")
    return (folder, try RunContents(of: folder.url.appending(path: "alone")))
  }

  static func arguments(in folder: ScratchFolder, out: String, chunks: Int = 4) throws -> [String] {
    try SmallRun.photographs.arguments(in: folder.url, out: out) + ["--chunks", "\(chunks)", "--quiet"]
  }
}
