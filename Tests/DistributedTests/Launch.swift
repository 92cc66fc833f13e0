import Foundation
import TestSupport
import Testing

/// The outcome of a launch.
struct LaunchOutcome {
  /// The exit status of the launcher; nil if it had to be terminated.
  let code: Int32?
  let output: String
  let seconds: Double

  /// The lines that contain a text.
  func lines(with text: String) -> [Substring] {
    output.split(separator: "\n").filter { $0.contains(text) }
  }
}

extension MPILauncher {
  static var rankProgram: URL? { Executable.built("RankProgram") }

  private static let mostSeconds = 60.0

  /// Runs `RankProgram` as several processes, for a minute at most. Other tests run in the meantime, as a
  /// fault is mostly waited for.
  func run(
    _ mode: String, ranks: Int, library: String? = nil, limit: Int = 3
  ) async throws -> LaunchOutcome {
    let process = Process()
    let program = try #require(MPILauncher.rankProgram)
    let words = try words(ranks: ranks, program, [mode])
    (process.executableURL, process.arguments) = (URL(filePath: words[0]), Array(words.dropFirst()))
    var environment = ProcessInfo.processInfo.environment
    environment["LOUPE_MPI_TIMEOUT"] = "\(limit)"
    environment["LOUPE_MPI"] = library
    process.environment = environment
    // A file instead of a pipe, which a remaining process would keep open.
    let file = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let output = try FileHandle(forWritingTo: file)
    (process.standardOutput, process.standardError) = (output, output)
    process.standardInput = FileHandle.nullDevice
    let seconds = try await MPILauncher.run(process, for: MPILauncher.mostSeconds)
    return LaunchOutcome(
      code: seconds < MPILauncher.mostSeconds ? process.terminationStatus : nil,
      output: String(decoding: try Data(contentsOf: file), as: UTF8.self), seconds: seconds)
  }

  // Runs a process for some seconds at most, and returns how many it took. They are counted where it ends, as
  // the test may go on later.
  private static func run(_ process: Process, for limit: Double) async throws -> Double {
    let start = ContinuousClock.now
    return try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { _ in
        continuation.resume(returning: (ContinuousClock.now - start) / .seconds(1))
      }
      do { try process.run() } catch { continuation.resume(throwing: error) }
      DispatchQueue.global().asyncAfter(deadline: .now() + limit) {
        if process.isRunning { process.terminate() }
      }
    }
  }
}
