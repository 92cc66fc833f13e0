import Foundation

/// Finds the files that a table names. A folder is listed once, when it is first asked about, so that asking
/// for each of 500,000 files is a look-up. Names are told apart by their capitals even where the file system
/// does not.
struct PhotographFinder {
  /// What was found.
  enum Result: Equatable {
    /// The file of that path, in the spelling of its folder's listing.
    case file(String)
    /// The only file below the table's folder whose path ends so, or would if it had no ending.
    case elsewhere(String)
    /// Several such files that are not equal, by their paths below the table's folder.
    case several([String])
    case nothing
  }

  private let root: String
  private var names: [String: Set<String>] = [:]
  private var index: [String: [String]]?

  /// For a table in that folder.
  init(in folder: String) { root = folder }

  /// The photograph of a path from the table's folder, or from the root; or of a name without a folder, or
  /// without an ending.
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

  /// The path of a file below a folder, or by itself if it begins at the root, in the spelling of its
  /// folder's listing; nil if it is not there.
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

  // Pictures by their names, with endings and without, a few folders deep.
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

  // Without `.` and doubled slashes.
  private static func path(_ path: String, in folder: String) -> String {
    let whole = path.hasPrefix("/") ? path : folder + "/" + path
    guard whole.contains("//") || whole.contains("/./") else { return whole }
    return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}
