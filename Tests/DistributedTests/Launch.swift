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

  /// Runs `RankProgram` as several processes, for a minute at most.
  func run(_ mode: String, ranks: Int, library: String? = nil, limit: Int = 3) throws -> LaunchOutcome {
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
    let start = ContinuousClock.now
    try process.run()
    while process.isRunning, ContinuousClock.now - start < .seconds(60) { usleep(20_000) }
    let hasEnded = !process.isRunning
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if !hasEnded { process.terminate() }
    process.waitUntilExit()
    return LaunchOutcome(
      code: hasEnded ? process.terminationStatus : nil,
      output: String(decoding: try Data(contentsOf: file), as: UTF8.self), seconds: seconds)
  }
}
