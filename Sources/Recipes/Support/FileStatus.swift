import Foundation

/// What the system says of a file; of a path, of what it leads to, links followed.
struct FileStatus {
  /// Which file it is: equal for two paths, hard links and links to one file.
  struct Identity: Hashable {
    fileprivate let device: UInt64
    fileprivate let inode: UInt64
  }

  /// Nil on file systems that do not number their files.
  let identity: Identity?
  /// In bytes.
  let size: Int
  /// What tells whether it has changed.
  let stamp: FileStamp
  let isFolder: Bool
  /// Whether it is a file with bytes: no folder, pipe or device.
  let isFile: Bool

  /// Nil if nothing is there, as behind a link that leads nowhere.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// What an open file is; nil if the system does not say.
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
