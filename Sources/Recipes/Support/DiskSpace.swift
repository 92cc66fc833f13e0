import Foundation

/// The room on the disk that a folder is on.
struct DiskSpace {
  /// The bytes that are free for this user.
  let bytes: Int
  /// Whether it has room for another file, however small.
  let hasRoomForFiles: Bool

  /// The room there is now; nil where the system does not say.
  init?(at folder: URL) {
    var status = statvfs()
    guard statvfs(folder.path, &status) == 0 else { return nil }
    let (bytes, overflows) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    self.bytes = overflows ? .max : bytes
    // File systems that make room for files as they need it have a total of 0.
    hasRoomForFiles = status.f_files == 0 || status.f_favail > 0
  }
}
