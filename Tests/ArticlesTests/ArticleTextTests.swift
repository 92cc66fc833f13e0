import Foundation
import Testing

/// What an article shows is code of the Swift file of its name in this folder, or of the example that it
/// imports, and what that code prints.
struct ArticleTextTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  private static let sources = folder.appending(path: "../../Sources").standardizedFileURL

  /// Every page of the catalogs, as a path in `Sources`.
  static let pages: [String] = {
    let paths = FileManager.default.enumerator(atPath: sources.path(percentEncoded: false))
    return (paths?.compactMap { $0 as? String } ?? [])
      .filter { $0.contains(".docc/") && $0.hasSuffix(".md") }.sorted()
  }()

  @Test(arguments: pages) func everyBlockOfAPageStandsInItsCompanion(page: String) throws {
    let text = try String(contentsOf: Self.sources.appending(path: page), encoding: .utf8)
    let blocks = Self.blocks(of: text).filter { $0.language == "swift" || $0.language == "text" }
    if blocks.isEmpty { return }
    let name = URL(filePath: page).deletingPathExtension().lastPathComponent
    let known = try Self.code(of: name).map(Self.plain)
    for block in blocks {
      let lines = Self.plain(block.lines)
      #expect(!lines.isEmpty, "an empty block of \(page)")
      #expect(
        known.contains { file in file.indices.contains { file[$0...].starts(with: lines) } },
        "\(page) has a block that is not in \(name).swift:\n\(block.lines.joined(separator: "\n"))")
    }
  }

  @Test(arguments: [
    "TheIdea", "YourFirstRecipe", "YourFirstLoss", "YourFirstLayer", "YourFirstOperation",
    "HowTheCompilerFuses", "ComingFromPyTorch", "FromACheckpoint", "TheFilesOfARun", "SeveralMachines",
    "InProduction",
    "YourData",
    "Speed",
  ])
  func theArticleIsThereAndHasCode(name: String) throws {
    let page = "Recipes/Recipes.docc/\(name).md"
    try #require(Self.pages.contains(page))
    let text = try String(contentsOf: Self.sources.appending(path: page), encoding: .utf8)
    #expect(Self.blocks(of: text).contains { $0.language == "swift" })
    let landing = Self.sources.appending(path: "Recipes/Recipes.docc/Recipes.md")
    #expect(try String(contentsOf: landing, encoding: .utf8).contains("- <doc:\(name)>"))
  }

  @Test func blocksAreFoundAndCompared() {
    let blocks = Self.blocks(of: "# A\n```swift\n  private let a = 1\n\n  let b = 2\n```\n\n```sh\nls\n```\n")
    #expect(blocks.map(\.language) == ["swift", "sh"])
    #expect(Self.plain(blocks[0].lines) == ["let a = 1", "let b = 2"])
  }

  // The lines of an article's Swift file, and of each of the example that it imports.
  private static func code(of article: String) throws -> [[String]] {
    func lines(_ file: URL) throws -> [String] {
      try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    }
    let own = try lines(folder.appending(path: article + ".swift"))
    let examples = own.filter { $0.hasPrefix("@testable import ") }.map { $0.dropFirst(17) }
    let files = try examples.flatMap { example in
      try FileManager.default.contentsOfDirectory(
        at: folder.appending(path: "../../Examples/\(example)"), includingPropertiesForKeys: nil)
    }
    return try [own] + files.filter { $0.pathExtension == "swift" }.map(lines)
  }

  // The code blocks of a page, each with what is written behind its first fence.
  private static func blocks(of text: String) -> [(language: String, lines: [String])] {
    var blocks: [(language: String, lines: [String])] = []
    var isInside = false
    for line in text.components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        if !isInside { blocks.append((String(line.dropFirst(3)), [])) }
        isInside.toggle()
      } else if isInside {
        blocks[blocks.count - 1].lines.append(line)
      }
    }
    return blocks
  }

  // Lines without their indentation and what makes a declaration the file's own, but for empty ones and
  // documentation.
  private static func plain(_ lines: [String]) -> [String] {
    lines.map { line in
      let line = line.trimmingCharacters(in: .whitespaces)
      return line.replacing("fileprivate ", with: "").replacing("private ", with: "")
    }.filter { !$0.isEmpty && !$0.hasPrefix("///") }
  }
}
