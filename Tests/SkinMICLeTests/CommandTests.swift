import Foundation
import Recipes
import Testing

/// Runs the program a user runs.
@Suite(.serialized) struct CommandTests {
  private struct Outcome {
    let code: Int32
    let output: String
    let errors: String
  }

  private func run(_ arguments: [String]) throws -> Outcome {
    let process = Process()
    let executable: URL = try #require(command)
    process.executableURL = executable
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["LOUPE_THREADS": "1"]) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Errors are a sentence and fit the pipe; the output is read while it is written.
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
  }

  /// The executable beside the test bundle.
  private var command: URL? {
    let bundles = [Bundle.main] + Bundle.allBundles
    let places: [URL] = bundles.flatMap { [$0.bundleURL, $0.bundleURL.deletingLastPathComponent()] }
    return places.map { $0.appending(path: "SkinMICLe") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test func aWrongFlagIsRefused() throws {
    let outcome = try run(["--sede", "1"])
    #expect(outcome.code == 64)
    #expect(outcome.errors == "--sede is not a flag; --help lists those there are.\n")
    #expect(outcome.output.isEmpty)
  }

  @Test func helpIsHelp() throws {
    let outcome = try run(["--help"])
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("SkinMICLe: SimCLR, then MICLe, then a classifier"))
  }

  @Test func aFolderThatCannotBeMadeIsRefused() throws {
    try withFolder { folder in
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      let outcome = try run(["--out", file.appending(path: "runs").path, "--patients", "9"])
      #expect(outcome.code == 73)
      #expect(outcome.errors.hasPrefix(file.path + "/runs could not be written ("))
    }
  }

  @Test func describingLeavesNothingBehind() throws {
    try withFolder { folder in
      let output = folder.appending(path: "runs")
      let outcome = try run(["--out", output.path, "--network", "tiny", "--size", "16", "--describe"])
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.hasPrefix("skin-micle\n├─ no pretraining  (labelled(train))\n"))
      #expect(outcome.output.split(separator: "\n").count { $0.contains(" MiB of memory (") } == 5)
      #expect(!FileManager.default.fileExists(atPath: output.path))
    }
  }

  @Test func moreThanFitsIntoMemoryIsRefused() throws {
    try withFolder { folder in
      let outcome = try run([
        "--out", folder.path, "--patients", "100000", "--size", "224", "--network", "tiny",
      ])
      #expect(outcome.code == 1)
      #expect(outcome.errors.contains("photographs would take 2"))
      #expect(outcome.errors.contains("GiB of memory and training another"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["pipeline.dot"])
    }
  }

  @Test func aSmallRunEndsWithTheTable() throws {
    try withFolder { folder in
      let small = [
        "--out", folder.path, "--seed", "3", "--epochs", "1", "--patients", "128", "--labelled", "1",
        "--test", "1",
        "--size", "16", "--network", "tiny", "--branches", "none,micle",
      ]
      let first = try run(small)
      #expect(first.code == 0, "\(first.errors)")
      #expect(first.output.contains("paired difference"))
      #expect(first.output.contains("\nsimclr  takes "))
      let results = try Results(contentsOf: folder.appending(path: "results.json"))
      #expect(results.branches.map(\.name) == ["no pretraining", "SimCLR + MICLe"])
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names.contains("patients.png") && names.contains("micle.safetensors"))

      let second = try run(small)
      #expect(second.output.contains("SimCLR + MICLe  is reused from"))
      #expect(try Results(contentsOf: folder.appending(path: "results.json")).branches == results.branches)
    }
  }
}
