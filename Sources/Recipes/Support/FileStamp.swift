import Foundation

/// A file's size and modification time, to detect changes.
struct FileStamp: Equatable {
  /// The size in bytes.
  let size: Int64
  /// The modification time in nanoseconds.
  let modified: Int64

  init(size: Int64, modified: Int64) {
    self.size = size
    self.modified = modified
  }

  /// Reads the stamp of a file.
  ///
  /// - Throws: `FileError` if there is no such file.
  init(of path: String) throws(FileError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw .unreadable(file: path, reason: FileError.reason(of: POSIXError.last))
    }
    self.init(status)
  }

  /// Reads the stamp of a readable file; nil if it does not exist or is not readable.
  init?(readable path: UnsafePointer<CChar>) {
    var status = stat()
    guard access(path, R_OK) == 0, stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Takes the stamp from a system structure.
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
  /// Adds a file's stamp, or that it cannot be read.
  mutating func combine(_ stamp: FileStamp?) {
    combine(stamp == nil ? 0 : 1)
    guard let stamp else { return }
    combine(Int(stamp.size))
    combine(Int(stamp.modified))
  }
}
