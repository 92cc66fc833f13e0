import Foundation

/// Which files there are: a folder is listed once, when it is first asked about, so that asking for each of
/// 500,000 files is a look-up. Names are told apart by their capitals even where the file system does not.
struct FolderListings {
  private var names: [String: Set<String>] = [:]

  /// The path of a file in the spelling of its folder's listing, or nil if it is not there.
  mutating func find(_ path: String) -> String? {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    let folder = String(path[..<slash])
    let name = String(path[path.index(after: slash)...])
    let listing: Set<String>
    if let known = names[folder] {
      listing = known
    } else {
      listing = Set(FolderListings.names(in: folder.isEmpty ? "/" : folder))
      names[folder] = listing
    }
    return listing.firstIndex(of: name).map { folder + "/" + listing[$0] }
  }

  /// The names in a folder; none if it cannot be listed.
  static func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  /// Whether there is a folder of that path.
  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// A path below a folder, or by itself if it begins at the root, without `.` and doubled slashes.
  static func path(_ path: String, in folder: String) -> String {
    let whole = path.hasPrefix("/") ? path : folder + "/" + path
    guard whole.contains("//") || whole.contains("/./") else { return whole }
    return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}
