import Foundation
import Testing

/// Runs that find no room for a file: a sentence says so, and once there is room they go on to the same
/// bytes.
///
/// A disk that is really full takes a small one, named by its folder: `mount -t tmpfs -o size=2m tmpfs
/// /mnt/small; LOUPE_SMALL_DISK=/mnt/small swift test --filter FullDiskTests`.
@Suite(.serialized) struct FullDiskTests {
  private static let smallDisk = ProcessInfo.processInfo.environment["LOUPE_SMALL_DISK"]

  private let scratch: ScratchFolder
  private let expected: RunContents

  init() throws {
    scratch = try ScratchFolder()
    let whole = try Command(SmallRun.madeUp.arguments(in: scratch.url, out: "whole")).outcome()
    #expect(whole.code == 0, "\(whole.errors)")
    expected = try RunContents(of: scratch.url.appending(path: "whole"))
  }

  /// Whether the end of a run without room is as it should be.
  private func check(_ outcome: Command.Outcome, _ folder: URL, says parts: [String], _ place: String) throws
  {
    #expect(!outcome.wasKilled, "\(place): ended by signal \(outcome.code)")
    #expect([73, 78].contains(outcome.code), "\(place): \(outcome.code)")
    #expect(parts.contains { outcome.errors.contains($0) }, "\(place): \(outcome.errors)")
    #expect(!outcome.errors.contains("Cocoa") && !outcome.errors.contains("could not be completed"))
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    #expect(!names.contains { $0.hasSuffix(".partial") }, "\(place): \(names)")
  }

  /// Whether a run goes on to what it would have come to.
  private func checkItGoesOn(_ arguments: [String], _ folder: URL, _ place: String) throws {
    let resumed = try Command(arguments).outcome()
    #expect(resumed.code == 0, "\(place): \(resumed.errors)")
    #expect(try RunContents(of: folder).differences(from: expected) == [], "\(place)")
  }

  @Test func filesThatMayNotBeSoLargeAreASentence() throws {
    let folder = scratch.url.appending(path: "limited")
    let arguments = try SmallRun.madeUp.arguments(in: scratch.url, out: "limited")
    // In blocks of 512 bytes: from nothing to all but the largest files.
    for blocks in [0, 6, 9, 100, 300, 380] {
      let outcome = try Command(shell: "ulimit -f \(blocks); exec \"$0\" \"$@\"", arguments).outcome()
      try check(outcome, folder, says: ["this process may write files of at most"], "\(blocks) blocks")
    }
    try checkItGoesOn(arguments, folder, "afterwards")
  }

  #if os(Linux)
    @Test func aTrainingWithoutRoomGoesOnAfterItsCheckpoint() throws {
      for line in ["simclr  epoch 1/", "SimCLR + MICLe  takes"] {
        let folder = scratch.url.appending(path: "limited")
        let arguments = try SmallRun.madeUp.arguments(in: scratch.url, out: "limited")
        let command = try Command(arguments)
        #expect(command.read(until: line).contains(line))
        try limitFiles(of: command.process.processIdentifier, to: 50_000)
        let outcome = command.outcome()
        try check(outcome, folder, says: ["Started again, the run goes on "], line)
        #expect(outcome.code == 73)
        try checkItGoesOn(arguments, folder, line)
        try FileManager.default.removeItem(at: folder)
      }
    }

    /// Limits the files that a process may write from now on, by a call that the headers show to few.
    private func limitFiles(of process: Int32, to bytes: UInt) throws {
      typealias Call =
        @convention(c) (Int32, Int32, UnsafePointer<rlimit>, UnsafeMutablePointer<rlimit>?) -> Int32
      let call = unsafeBitCast(try #require(dlsym(nil, "prlimit")), to: Call.self)
      var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
      #expect(call(process, Int32(RLIMIT_FSIZE.rawValue), &limit, nil) == 0)
    }
  #endif

  @Test(.enabled(if: smallDisk != nil)) func aFullDiskIsASentence() throws {
    let disk = try ScratchFolder(in: URL(filePath: FullDiskTests.smallDisk ?? ""))
    let folder = disk.url.appending(path: "run")
    let arguments = try SmallRun.madeUp.arguments(in: disk.url, out: "run")
    var failures = 0
    for free in stride(from: 0, through: 1_400_000, by: 50_000) {
      let filler = disk.url.appending(path: "filler")
      try fill(filler, leaving: free)
      let outcome = try Command(arguments).outcome()
      try FileManager.default.removeItem(at: filler)
      if outcome.code != 0 {
        failures += 1
        try check(
          outcome, folder, says: ["The disk is full: ", "are free on its disk; make room"], "\(free) bytes")
      }
      if free % 200_000 == 0 {
        try checkItGoesOn(arguments, folder, "\(free) bytes")
        try FileManager.default.removeItem(at: folder)
      }
    }
    #expect(failures > 10)
  }

  /// Writes a file that leaves so many bytes on its disk.
  private func fill(_ file: URL, leaving free: Int) throws {
    var status = statvfs()
    #expect(statvfs(file.deletingLastPathComponent().path, &status) == 0)
    let room = Int(status.f_bavail) * Int(status.f_frsize)
    try Data(count: max(0, room - free)).write(to: file)
  }
}
