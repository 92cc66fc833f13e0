import Foundation
import TestSupport
import Testing

/// Runs on two hosts that are network namespaces, and whose connection is cut.
///
/// `LOUPE_TWO_HOSTS=1 swift test --filter TwoHostsTests`, on Linux as root.
@Suite(
  .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["LOUPE_TWO_HOSTS"] == "1",
    "LOUPE_TWO_HOSTS=1, as root, tests two hosts in network namespaces"))
struct TwoHostsTests {
  @Test(arguments: MPILauncher.tested) func operationsWorkOverTheNetwork(launch: MPILauncher) throws {
    let output = try run(launch, [], "operations")
    #expect(output.status == 0, "\(output.text)")
  }

  /// A launcher may remain, as it waits for the other host, but none of the processes.
  @Test(arguments: MPILauncher.tested, ["waiting", "computing"])
  func aCutNetworkEndsTheProcessesOfBothHosts(launch: MPILauncher, mode: String) throws {
    let (_, text) = try run(launch, ["--cut", "2"], mode)
    #expect(
      text.contains("Rank 1 on host host-b, rank 3 on host host-b have not been heard of for 3 "), "\(text)")
    let ends = text.matches(of: /(\d+) s after the cut no process is left on host-[ab]/)
    #expect(ends.count == 2 && ends.allSatisfy { (Int($0.1) ?? 60) < 20 }, "\(text)")
  }

  private func run(_ launch: MPILauncher, _ options: [String], _ mode: String) throws -> (
    status: Int32, text: String
  ) {
    let script = URL(filePath: #filePath).appending(path: "../../../Scripts/two_hosts.sh").standardizedFileURL
    let file = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = script
    process.arguments =
      [launch == .openMPI ? "openmpi" : "mpich"] + options + [
        "-n", "4", try #require(MPILauncher.rankProgram).path, mode,
      ]
    process.environment = ProcessInfo.processInfo.environment.merging(["LOUPE_MPI_TIMEOUT": "3"]) { $1 }
    let output = try FileHandle(forWritingTo: file)
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: try Data(contentsOf: file), as: UTF8.self))
  }
}
