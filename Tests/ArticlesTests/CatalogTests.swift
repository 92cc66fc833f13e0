import Foundation
import Testing

/// Every public type, function and variable of a module is listed in its catalog, and nothing else is.
struct CatalogTests {
  private static let sources = URL(filePath: #filePath)
    .deletingLastPathComponent().appending(path: "../../Sources").standardizedFileURL

  @Test(arguments: ["Graph", "Ops", "Autodiff", "Recipes"])
  func listsWhatIsPublic(_ module: String) throws {
    let folder = Self.sources.appending(path: module)
    let paths = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }
    var declared: Set<String> = []
    for path in paths where path.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
      declared.formUnion(PublicNames.declared(in: text))
    }
    let catalog = folder.appending(path: "\(module).docc/\(module).md")
    let listed = PublicNames.listed(in: try String(contentsOf: catalog, encoding: .utf8))
    #expect(declared.count > 10)
    #expect(declared.subtracting(listed).sorted() == [], "public in \(module), and not in \(module).docc")
    #expect(listed.subtracting(declared).sorted() == [], "in \(module).docc, and not public in \(module)")
  }

  @Test func namesAreFound() {
    let source = """
      public struct Pair<A, B>: Sendable {
        public let first: A
      }
      @frozen public enum Kind { case one }
      struct Hidden {}
      public func add(_ a: Int, to b: (Int, Int) -> Int, _ rest: [Int: Int] = [:]) {}
      public func open<T: Collection<Int>>(
        file: String, as type: T.Type = T.self
      ) -> T {}
      public func none() {}
      public var count: Int { 0 }
      public final class Box {}
      extension Pair { public func member() {} }
      public prefix func - (a: Pair<Int, Int>) -> Int { 0 }
      """
    #expect(
      PublicNames.declared(in: source) == [
        "Pair", "Kind", "add(_:to:_:)", "open(file:as:)", "none()", "count", "Box",
      ])
    let catalog = """
      - ``Module/Pair``
      - ``add(_:to:_:)-7xy2``
      ``Kind`` is in the text.
      - <doc:Article>
      """
    #expect(PublicNames.listed(in: catalog) == ["Pair", "add(_:to:_:)"])
  }
}

/// The names of declarations at the top level of sources, and of the links in the lists of catalogs.
private enum PublicNames {
  /// The public names, functions with their labels; operators are left out.
  static func declared(in source: String) -> Set<String> {
    let declaration =
      /(?:@\w+ )*public (?:final |indirect )?(?:struct|enum|class|protocol|actor|typealias|let|var|func) (\w+)/
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    return Set(
      lines.indices.compactMap { index in
        guard let match = lines[index].prefixMatch(of: declaration) else { return nil }
        let name = String(match.1)
        guard match.0.hasSuffix("func \(name)") else { return name }
        let rest = lines[index][match.range.upperBound...] + lines[(index + 1)...].joined(separator: " ")
        return name + "(" + labels(of: rest).map { $0 + ":" }.joined() + ")"
      })
  }

  /// The labels of the parameters of a function whose text after its name is given.
  private static func labels(of text: some StringProtocol) -> [String] {
    var (depth, angles, previous) = (0, 0, Character(" "))
    var parameters = [""]
    scan: for character in text {
      switch character {
      case "<" where depth == 0: angles += 1
      case ">" where depth == 0 && previous != "-": angles -= 1
      case "(", "[", "{", "<": if angles == 0 { depth += 1 }
      case ")", "]", "}": if angles == 0 { depth -= 1 }
      case ">" where previous != "-": if angles == 0 { depth -= 1 }
      case "," where depth == 1: parameters.append("")
      default: break
      }
      if angles == 0, depth == 0, character == ")" { break scan }
      let isInside = depth > 1 || (depth == 1 && character != "(")
      if isInside { parameters[parameters.count - 1].append(character) }
      previous = character
    }
    return parameters.compactMap { parameter in
      parameter.split { " ,:".contains($0) }.first.map(String.init)
    }
  }

  /// The last parts of the links in a catalog's lists, without what tells overloads apart.
  static func listed(in catalog: String) -> Set<String> {
    Set(
      catalog.matches(of: /(?m)^- ``(?:[^`]*\/)?([^`\/]+?)(?:-[^`]*)?``$/).map { String($0.1) })
  }
}
