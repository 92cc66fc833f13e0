import Foundation

/// What tells whether a file has changed: its size, and when it was last written.
struct FileStamp: Equatable {
  /// Its bytes.
  let size: Int64
  /// When it was last written, in nanoseconds.
  let modified: Int64

  init(size: Int64, modified: Int64) {
    self.size = size
    self.modified = modified
  }

  /// - Throws: `FileError` when there is no such file.
  init(of path: String) throws(FileError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw .unreadable(file: path, reason: FileError.reason(of: POSIXError.last))
    }
    self.init(status)
  }

  /// What tells whether a file has changed that may be read; nil if it is not there or may not.
  init?(readable path: UnsafePointer<CChar>) {
    var status = stat()
    guard access(path, R_OK) == 0, stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// What the system says of a file.
  init(_ status: stat) {
    #if os(Linux)
      let time = status.st_mtim
    #else
      let time = status.st_mtimespec
    #endif
    self.init(
      size: Int64(status.st_size), modified: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }
}

extension ContentHash {
  /// Adds what tells whether a file has changed, or that it cannot be read.
  mutating func combine(_ stamp: FileStamp?) {
    combine(stamp == nil ? 0 : 1)
    guard let stamp else { return }
    combine(Int(stamp.size))
    combine(Int(stamp.modified))
  }
}
