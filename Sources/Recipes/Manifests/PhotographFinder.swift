import Foundation

/// Finds the files that a table names. Each folder is listed once, on first use, so that each of 500,000
/// files takes only a dictionary lookup. Names are case-sensitive even if the file system is not.
struct PhotographFinder {
  /// The result of a search.
  enum Result: Equatable {
    /// The file at that path, in the spelling of its folder's listing.
    case file(String)
    /// The only file below the table's folder with a matching path suffix, with or without its extension.
    case elsewhere(String)
    /// Several matching files with different content, by their paths relative to the table's folder.
    case several([String])
    case nothing
  }

  private let root: String
  private var names: [String: Set<String>] = [:]
  private var index: [String: [String]]?

  /// Creates a finder for a table in that folder.
  init(in folder: String) { root = folder }

  /// Returns the photograph at an absolute path or one relative to the table's folder, or with a name without
  /// folder or extension.
  mutating func photograph(_ name: String) -> Result {
    if let file = file(name, in: root) { return .file(file) }
    let parts = name.split(separator: "/")
    guard let last = parts.last, !name.hasPrefix("/"), !parts.contains(".."), !parts.contains(".") else {
      return .nothing
    }
    let ending = "/" + parts.joined(separator: "/")
    let found = indexed(String(last)).filter { path in
      path.hasSuffix(ending) || PhotographFinder.stem(of: path).hasSuffix(ending)
    }
    guard let first = found.first else { return .nothing }
    if found.count == 1
      || found.dropFirst().allSatisfy({ FileManager.default.contentsEqual(atPath: first, andPath: $0) })
    {
      return .elsewhere(first)
    }
    return .several(found.map { String($0.dropFirst(root.count + 1)) }.sorted())
  }

  /// Returns the path of a file below a folder, or at an absolute path, in the spelling of its folder's
  /// listing; nil if it does not exist.
  mutating func file(_ name: String, in folder: String) -> String? {
    let path = PhotographFinder.path(name, in: folder)
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    let own = String(path[..<slash])
    let last = String(path[path.index(after: slash)...])
    let listing: Set<String>
    if let known = names[own] {
      listing = known
    } else {
      listing = Set((try? FileManager.default.contentsOfDirectory(atPath: own.isEmpty ? "/" : own)) ?? [])
      names[own] = listing
    }
    return listing.firstIndex(of: last).map { own + "/" + listing[$0] }
  }

  // Images by name, with and without extensions, a few folders deep.
  private mutating func indexed(_ name: String) -> [String] {
    if let index { return index[name] ?? [] }
    var found: [String: [String]] = [:]
    var walk = FolderWalk()
    walk.visitFiles(below: root, depth: 5) { entry in
      guard Image.isPicture(named: entry.name) else { return }
      found[entry.name, default: []].append(entry.path)
      found[PhotographFinder.stem(of: entry.name), default: []].append(entry.path)
    }
    index = found
    return found[name] ?? []
  }

  private static func stem(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: ".")).map { String(path[..<$0]) } ?? path
  }

  // Removes `.` and doubled slashes.
  private static func path(_ path: String, in folder: String) -> String {
    let whole = path.hasPrefix("/") ? path : folder + "/" + path
    guard whole.contains("//") || whole.contains("/./") else { return whole }
    return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}
