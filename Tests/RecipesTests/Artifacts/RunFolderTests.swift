import Foundation
import Synchronization
import Testing

@testable import Recipes

/// Who may write to the folder of a run.
struct RunFolderTests {
  private let scratch: ScratchFolder
  private var lock: URL { scratch.url.appending(path: ".run.lock") }

  init() throws { scratch = try ScratchFolder() }

  @Test func aSecondRunIsRefusedWithTheFirstOnesProcessAndStart() throws {
    do {
      let first = try RunFolder(scratch.url)
      defer { withExtendedLifetime(first) {} }
      #expect(first.limitation == nil)
      let error = try #require(throws: RunError.self) { try RunFolder(scratch.url) }
      let pattern =
        #/in use by another run \(process (\d+) on \S+, started 20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ\): wait/#
      let match = try #require(error.description.firstMatch(of: pattern))
      #expect(match.1 == "\(getpid())")
    }
    #expect(try scratch.contents.isEmpty)
    _ = try RunFolder(scratch.url)
  }

  @Test(arguments: ["", "4711 lab3 1795000000\n", "nonsense", "1 \u{1B}[31m 2"])
  func whatAKilledRunLeftIsNoLock(text: String) throws {
    try Data(text.utf8).write(to: lock)
    _ = try RunFolder(scratch.url)
    #expect(try scratch.contents.isEmpty)
  }

  @Test(arguments: [
    ("", ""), ("nonsense", ""), ("1 \u{1B}[31m 2", ""), ("1 a\u{85}b 2", ""), ("x lab3 2", ""),
    ("4711 lab3 0", " (process 4711 on lab3, started 1970-01-01 00:00:00Z)"),
  ])
  func onlyWhatMakesSenseIsSaidOfTheFirst(text: String, holder: String) throws {
    let first = try RunFolder(scratch.url)
    defer { withExtendedLifetime(first) {} }
    // The same file, so that the lock stays on it.
    let file = try FileHandle(forWritingTo: lock)
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(text.utf8))
    let error = try #require(throws: RunError.self) { try RunFolder(scratch.url) }
    #expect(
      error.description
        == "\(scratch.url.path) is in use by another run\(holder): wait for it, or name another folder.")
  }

  @Test func aLinkInPlaceOfTheLockIsNotFollowed() throws {
    let other = scratch.url.appending(path: "other")
    try Data("precious".utf8).write(to: other)
    try FileManager.default.createSymbolicLink(at: lock, withDestinationURL: other)
    let error = try #require(throws: FileError.self) { try RunFolder(scratch.url) }
    #expect(error.description.hasPrefix("\(lock.path) could not be written ("))
    #expect(try Data(contentsOf: other) == Data("precious".utf8))
  }

  @Test func aFolderThatWasMadeForNothingIsGone() throws {
    let new = scratch.url.appending(path: "new")
    _ = try RunFolder(new)
    #expect(try scratch.contents.isEmpty)
    do {
      let folder = try RunFolder(new)
      try AtomicFile.write("a", to: folder.url.appending(path: "file"))
    }
    #expect(try scratch.contents == ["new"])
  }

  @Test func amongManyThreadsThereIsOneAtATime() throws {
    let (inside, taken, together) = (Counter(), Counter(), Counter())
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<200 {
        guard let folder = try? RunFolder(scratch.url) else { continue }
        if inside.add(1) != 1 { _ = together.add(1) }
        _ = taken.add(1)
        _ = inside.add(-1)
        withExtendedLifetime(folder) {}
      }
    }
    #expect(together.value == 0)
    #expect(taken.value > 0)
    #expect(try scratch.contents.isEmpty)
  }

  @Test func leftoversGoAndWhatIsWrittenStays() throws {
    for name in [".loupe-1-2.partial", ".loupe-77-0.partial", "kept.partial", ".loupe-kept"] {
      try Data("half".utf8).write(to: scratch.url.appending(path: name))
    }
    let own = try TemporaryFile(for: scratch.url.appending(path: "weights"), bytes: 3)
    _ = try RunFolder(scratch.url)
    #expect(
      try scratch.contents.filter { !$0.hasPrefix(".loupe-\(getpid())-") } == [".loupe-kept", "kept.partial"])
    try [UInt8]("abc".utf8).withUnsafeBytes(own.write)
    try own.takePlace()
    #expect(try scratch.contents == [".loupe-kept", "kept.partial", "weights"])
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }
  func add(_ change: Int) -> Int {
    count.withLock {
      $0 += change
      return $0
    }
  }
}
