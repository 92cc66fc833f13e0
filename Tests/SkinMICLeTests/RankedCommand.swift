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
  static func processes(of out: String) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { process in
      let words =
        (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8))?
        .split(separator: "\0") ?? []
      return words.first?.hasSuffix("SkinMICLe") == true && words.contains { $0.hasSuffix("/" + out) }
    }
  }
}

extension Command {
  /// Kills a random rank of a run with a folder, if it goes on, and waits for its end.
  ///
  /// - Returns: The seconds until the others have ended, with a message; nil if the run was complete.
  func endByKillingARank(of out: String, using generator: inout CounterGenerator) throws -> Double? {
    let processes = try MPILauncher.processes(of: out).sorted()
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
