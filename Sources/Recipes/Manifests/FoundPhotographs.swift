/// The photographs at paths that somebody names: files, whatever they are called, and those in folders and
/// the folders below them that are named as pictures are.
///
///     let found = try FoundPhotographs(at: ["visit/1.jpg", "visits"])
///
/// Links are followed. What systems leave in folders is passed over.
public struct FoundPhotographs: Sendable {
  /// Something in a folder that is no photograph, or none that is read.
  public struct LeftOut: Sendable, Equatable {
    /// Its path.
    public let path: String
    /// Why it is left out, as a part of a sentence.
    public let reason: String
  }

  /// The paths of the photographs, those of a folder sorted.
  public private(set) var files: [String] = []
  /// What else the folders hold, in the order in which it was found.
  public private(set) var leftOut: [LeftOut] = []

  /// - Throws: `FileError` when nothing is at a path.
  public init(at paths: [String]) throws(FileError) {
    for path in paths {
      guard let status = FileStatus(of: path) else {
        throw .unreadable(file: path, reason: "there is no such file")
      }
      if status.isFolder {
        addAll(below: path)
      } else {
        files.append(path)
      }
    }
  }

  private mutating func addAll(below folder: String) {
    if FolderWalk.entries(of: folder) == nil {
      leftOut.append(LeftOut(path: folder, reason: "the folder cannot be listed"))
    }
    var walk = FolderWalk()
    var found: [String] = []
    walk.visitFiles(below: folder) { entry in
      if let reason = entry.reasonToLeaveOut {
        leftOut.append(LeftOut(path: entry.path, reason: reason))
      } else {
        found.append(entry.path)
      }
    }
    files += found.sorted()
  }
}

extension FolderWalk.Entry {
  fileprivate var reasonToLeaveOut: String? {
    guard let status else { return "the link leads nowhere" }
    if status.isFolder { return "the folder cannot be listed" }
    if !Image.isPicture(named: name) {
      return "it is of no kind that is read (\(Image.formats.joined(separator: ", ")))"
    }
    return status.isFile ? nil : "it is no file"
  }
}
