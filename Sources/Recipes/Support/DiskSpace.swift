import Foundation

/// The free space on the disk of a folder.
struct DiskSpace {
  /// The bytes available to this user.
  let bytes: Int
  /// Whether there is room for another file of any size (a free inode).
  let hasRoomForFiles: Bool

  /// Reads the current state; nil if the system does not report it.
  init?(at folder: URL) {
    var status = statvfs()
    guard statvfs(folder.path, &status) == 0 else { return nil }
    let (bytes, overflows) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    self.bytes = overflows ? .max : bytes
    // File systems that allocate inodes on demand report a total of 0.
    hasRoomForFiles = status.f_files == 0 || status.f_favail > 0
  }
}
