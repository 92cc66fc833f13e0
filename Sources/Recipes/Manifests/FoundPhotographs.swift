import Foundation

/// The photographs at given paths: files, whatever their names, and all files with the extension of an image
/// in folders and their subfolders.
///
///     let found = try FoundPhotographs(at: ["visit/1.jpg", "visits"])
///
/// Links are followed, and system files skipped.
public struct FoundPhotographs: Sendable {
  /// An entry of a folder that is not a photograph, or has an unsupported format.
  public struct LeftOut: Sendable, Equatable {
    /// Its path.
    public let path: String
    /// The reason, as part of a sentence.
    public let reason: String
  }

  /// The paths of the photographs, sorted within a folder.
  public private(set) var files: [String] = []
  /// The skipped entries of the folders, in the order found.
  public private(set) var leftOut: [LeftOut] = []

  /// The files as URLs, made when they are asked for, as these take several times the memory of paths.
  public var urls: some RandomAccessCollection<URL> {
    files.lazy.map { URL(filePath: $0, directoryHint: .notDirectory) }
  }

  /// Searches paths for photographs.
  ///
  /// - Parameter paths: The paths of photographs and of folders.
  /// - Throws: `FileError` if a path does not exist.
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
