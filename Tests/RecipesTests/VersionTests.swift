import Foundation
import Recipes
import Testing

/// The version is in three files, which a release changes together.
struct VersionTests {
  private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func isThatOfTheChangelog() throws {
    let text = try String(contentsOf: root.appending(path: "CHANGELOG.md"), encoding: .utf8)
    let heading = try #require(text.firstMatch(of: /(?m)^## (\d+\.\d+\.\d+)/))
    #expect(heading.1 == Loupe.version)
  }

  @Test func isThatOfTheCitation() throws {
    let text = try String(contentsOf: root.appending(path: "CITATION.cff"), encoding: .utf8)
    let line = try #require(text.firstMatch(of: /(?m)^version: (.+)$/))
    #expect(line.1 == Loupe.version)
  }
}
