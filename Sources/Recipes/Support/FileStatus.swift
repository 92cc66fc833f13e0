import Foundation

/// The system's information about a file, with links followed.
struct FileStatus {
  /// A file's identity: equal for two paths, hard links and links to one file.
  struct Identity: Hashable {
    fileprivate let device: UInt64
    fileprivate let inode: UInt64
  }

  /// Nil on file systems without file numbers.
  let identity: Identity?
  /// The size in bytes.
  let size: Int
  /// The stamp that detects changes.
  let stamp: FileStamp
  let isFolder: Bool
  /// Whether it is a regular file: not a folder, pipe or device.
  let isFile: Bool

  /// Reads the status of a path; nil if it does not exist, as for a broken link.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Reads the status of an open file; nil if the system does not report it.
  init?(_ descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    let inode = UInt64(truncatingIfNeeded: status.st_ino)
    identity =
      inode == 0 ? nil : Identity(device: UInt64(truncatingIfNeeded: status.st_dev), inode: inode)
    size = Int(status.st_size)
    stamp = FileStamp(status)
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    isFile = status.st_mode & S_IFMT == S_IFREG
  }
}
