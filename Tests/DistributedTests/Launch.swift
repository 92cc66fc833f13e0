import Foundation
import Testing

/// The launcher of an MPI library that may be installed.
///
/// With `LOUPE_REQUIRE_MPI=1` a missing one is a failure.
enum Launch: String, CaseIterable, CustomTestStringConvertible {
  case openMPI = "Open MPI"
  case mpich = "MPICH"

  var testDescription: String { rawValue }

  static let missing: Comment =
    "no MPI is installed (apt-get install openmpi-bin mpich); LOUPE_REQUIRE_MPI=1 makes this a failure"

  /// The installed ones.
  static let tested: [Launch] = {
    if ProcessInfo.processInfo.environment["LOUPE_REQUIRE_MPI"] == "1" { return allCases }
    for launch in allCases where launch.launcher == nil {
      print("\(launch.rawValue) is not installed and not tested")
    }
    return allCases.filter { $0.launcher != nil }
  }()

  /// The outcome of a launch.
  struct Outcome {
    /// The exit status of the launcher; nil if it had to be terminated.
    let code: Int32?
    let output: String
    let seconds: Double

    /// The lines that contain a text.
    func lines(with text: String) -> [Substring] {
      output.split(separator: "\n").filter { $0.contains(text) }
    }
  }

  /// Runs `RankProgram` as several processes, for a minute at most.
  func run(_ mode: String, ranks: Int, library: String? = nil, limit: Int = 3) throws -> Outcome {
    let process = Process()
    // By its name, as Open MPI would take the folder of a path for its prefix.
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      [try #require(launcher, "\(rawValue) is not installed: apt-get install openmpi-bin mpich")]
      + (self == .openMPI ? ["--allow-run-as-root", "--oversubscribe"] : [])
      + ["-n", "\(ranks)", try Launch.program.path, mode]
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
    return Outcome(
      code: hasEnded ? process.terminationStatus : nil,
      output: String(decoding: try Data(contentsOf: file), as: UTF8.self), seconds: seconds)
  }

  private var launcher: String? {
    let names = self == .openMPI ? ["mpirun.openmpi"] : ["mpiexec.hydra", "mpirun.mpich"]
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return names.first { name in
      folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }
  }

  /// The executable beside the test bundle.
  static var program: URL {
    get throws {
      let bundles = [Bundle.main] + Bundle.allBundles
      let places: [URL] = bundles.flatMap { [$0.bundleURL, $0.bundleURL.deletingLastPathComponent()] }
      return try #require(
        places.map { $0.appending(path: "RankProgram") }
          .first { FileManager.default.isExecutableFile(atPath: $0.path) })
    }
  }
}
