import Foundation
import Synchronization
import TestSupport
import Testing

/// The program that a user runs, while it runs.
final class Command {
  /// What became of it.
  struct Outcome {
    /// The status, or the signal that ended it.
    let code: Int32
    /// Whether a signal ended it.
    let wasKilled: Bool
    let output: String
    let errors: String
  }

  let process = Process()
  private let (output, errors) = (Pipe(), Pipe())

  /// Starts the program.
  convenience init(_ arguments: [String], threads: Int = 1) throws {
    try self.init(executable: try Command.program, arguments, threads: threads)
  }

  /// Starts a line of the shell in which `$0` is the program.
  convenience init(shell line: String, _ arguments: [String] = []) throws {
    let program: URL = try Command.program
    try self.init(executable: URL(filePath: "/bin/sh"), ["-c", line, program.path] + arguments, threads: 1)
  }

  init(
    executable: URL, _ arguments: [String], threads: Int, environment: [String: String] = [:]
  ) throws {
    process.executableURL = executable
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["LOUPE_THREADS": "\(threads)"]) { $1 }
      .merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = errors
    // A process in the background of a shell ignores it, and so would those that it starts.
    signal(SIGINT, SIG_DFL)
    try process.run()
  }

  /// The program's executable.
  static var program: URL { get throws { try #require(Executable.built("SkinMICLe")) } }

  /// Sends it a signal.
  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits until it has ended.
  func outcome() -> Outcome {
    // Both are read while they are written: a full pipe would stop the program.
    let errors = ReadAhead(errors.fileHandleForReading)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: errors.data, as: UTF8.self))
  }

  /// What it prints until a line has a text in it, or until it ends.
  func read(until text: String) -> String {
    var read = Data()
    while !String(decoding: read, as: UTF8.self).contains(text) {
      let part = output.fileHandleForReading.availableData
      if part.isEmpty { break }
      read += part
    }
    return String(decoding: read, as: UTF8.self)
  }
}

/// The contents of a pipe, read in the background.
private final class ReadAhead: Sendable {
  private let collected = Mutex(Data())
  private let isDone = DispatchSemaphore(value: 0)

  init(_ pipe: FileHandle) {
    DispatchQueue.global().async { [self] in
      let data = pipe.readDataToEndOfFile()
      collected.withLock { $0 = data }
      isDone.signal()
    }
  }

  /// All of it, once the pipe is closed.
  var data: Data {
    isDone.wait()
    return collected.withLock { $0 }
  }
}

/// A folder of its own for a test, gone when the test is.
final class ScratchFolder: Sendable {
  let url: URL

  init(in parent: URL = FileManager.default.temporaryDirectory) throws {
    url = parent.appending(path: "loupe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
