import Foundation

/// A recursive walk through a folder: it follows links, visits no folder twice, and skips system files of
/// operating systems, file servers and cameras.
struct FolderWalk {
  /// A file or folder.
  struct Entry {
    let name: String
    let path: String
    /// Nil for a broken link.
    let status: FileStatus?
    let isLink: Bool

    var isFolder: Bool { status?.isFolder == true }
  }

  private var visited: Set<FileStatus.Identity> = []

  /// Returns the entries of a folder, sorted by name; nil if it cannot be listed.
  static func entries(of folder: String) -> [Entry]? {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return nil }
    return names.filter { !isPassedOver($0) }.sorted().map { name in
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      return Entry(name: name, path: path, status: FileStatus(of: path), isLink: isLink(path))
    }
  }

  /// Visits the files below a folder, and the folders that cannot be listed. Links to folders are followed
  /// last, so that files below the folder itself are visited by their own paths.
  ///
  /// - Parameter depth: The maximum depth, with 1 for the folder's own files.
  mutating func visitFiles(below folder: String, depth: Int = 64, _ visit: (Entry) -> Void) {
    var folders = [(path: folder, depth: depth)]
    var links: [(path: String, depth: Int)] = []
    while let next = folders.popLast() ?? (links.isEmpty ? nil : links.removeFirst()) {
      if let identity = FileStatus(of: next.path)?.identity, !visited.insert(identity).inserted { continue }
      for entry in FolderWalk.entries(of: next.path) ?? [] {
        if !entry.isFolder || access(entry.path, R_OK | X_OK) != 0 {
          visit(entry)
        } else if next.depth > 1 {
          let inner = (path: entry.path, depth: next.depth - 1)
          if entry.isLink { links.append(inner) } else { folders.append(inner) }
        }
      }
    }
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Returns whether a file or folder is hidden, or created by a system, a server or a program.
  static func isPassedOver(_ name: String) -> Bool {
    if name.hasPrefix(".") || name.hasPrefix("~$") || name.hasPrefix("#") && name.hasSuffix("#") {
      return true
    }
    return systemNames.contains(name.lowercased())
  }

  private static let systemNames: Set = [
    "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "folder.ini", "picasa.ini", "icon\r",
    "zbthumbnail.info",
    "@eadir", "@__thumb", "@recycle", "@recently-snapshot", "@tmp", "#recycle", "#snapshot", "~snapshot",
    "__macosx", "$recycle.bin", "recycler", "recycled", "system volume information", "lost+found",
    "found.000",
    "network trash folder", "temporary items", "thevolumesettingsfolder", "lost.dir", "__pycache__",
  ]
}
