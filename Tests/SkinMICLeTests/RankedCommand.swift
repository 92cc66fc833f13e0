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

extension Command {
  /// Kills a random rank of a run with a folder, if it goes on, and waits for its end.
  ///
  /// - Returns: The seconds until the others have ended, with a message; nil if the run was complete.
  func endByKillingARank(of folder: URL, using generator: inout CounterGenerator) throws -> Double? {
    let processes = try MPILauncher.processes(of: folder).sorted()
    guard process.isRunning, let victim = processes.randomElement(using: &generator) else {
      _ = outcome()
      return nil
    }
    kill(victim, SIGKILL)
    let begin = ContinuousClock.now
    let outcome = outcome()
    guard outcome.code != 0 || outcome.wasKilled else { return nil }
    #expect(!(outcome.errors + outcome.output).isEmpty)
    return (ContinuousClock.now - begin) / .seconds(1)
  }
}

/// A small run on photographs with batches in four chunks, which ranks can share.
enum SharedRun {
  private static let scratch = Result { try ScratchFolder() }

  /// What one process leaves.
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
