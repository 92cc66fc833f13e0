import Foundation
import Testing

@testable import Recipes

struct AtomicFileTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test func linksAtTheNamesOfTemporaryFilesAreNotFollowed() throws {
    let precious = scratch.url.appending(path: "precious")
    try Data("precious".utf8).write(to: precious)
    // The names that come next, whoever else writes files in this process meanwhile.
    let name: String
    do {
      let probe = try TemporaryFile(for: scratch.url.appending(path: "probe"), bytes: 0)
      name = try #require(try scratch.contents.first { $0.hasPrefix(".loupe-") })
      withExtendedLifetime(probe) {}
    }
    let number = try #require(name.dropLast(".partial".count).split(separator: "-").last.flatMap { Int($0) })
    for next in number..<number + 2000 {
      try FileManager.default.createSymbolicLink(
        at: scratch.url.appending(path: ".loupe-\(getpid())-\(next).partial"), withDestinationURL: precious)
    }
    let file = scratch.url.appending(path: "file")
    try AtomicFile.write("new", to: file)
    #expect(try Data(contentsOf: file) == Data("new".utf8))
    #expect(try Data(contentsOf: precious) == Data("precious".utf8))
    #expect(
      try FileManager.default.attributesOfItem(atPath: file.path)[.type] as? FileAttributeType == .typeRegular
    )
  }

  @Test func aLinkInTheFilesPlaceIsReplaced() throws {
    let precious = scratch.url.appending(path: "precious")
    try Data("precious".utf8).write(to: precious)
    let file = scratch.url.appending(path: "file")
    try FileManager.default.createSymbolicLink(at: file, withDestinationURL: precious)
    try AtomicFile.write("new", to: file)
    #expect(try Data(contentsOf: precious) == Data("precious".utf8))
    #expect(try String(contentsOf: file, encoding: .utf8) == "new")
  }

  @Test func whatFailsOnTheWayLeavesTheOldFile() throws {
    struct Failure: Error {}
    let file = scratch.url.appending(path: "file")
    try AtomicFile.write("old", to: file)
    #expect(throws: FileError.self) {
      try AtomicFile.write(to: file, bytes: 4) { temporary in
        try [UInt8]("ne".utf8).withUnsafeBytes(temporary.write)
        throw Failure()
      }
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == "old")
    #expect(try scratch.contents == ["file"])
  }

  @Test func manyWritersOfOneFileLeaveOneOfTheirs() throws {
    let file = scratch.url.appending(path: "file")
    DispatchQueue.concurrentPerform(iterations: 8) { writer in
      for _ in 0..<20 {
        #expect(throws: Never.self) {
          try AtomicFile.write(String(repeating: "\(writer)", count: 10_000), to: file)
        }
      }
    }
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.count == 10_000 && Set(text).count == 1)
    #expect(try scratch.contents == ["file"])
  }
}
