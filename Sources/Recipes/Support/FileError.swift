import Foundation

/// An error in reading or writing a file.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The exhausted resource.
  public enum Shortage: Sendable, Equatable {
    /// The disk is full; the free bytes are given.
    case disk(free: Int?)
    /// The disk has no room for further files.
    case files
    /// The user's disk quota is exhausted.
    case quota
    /// The process's limit on file size is exceeded.
    case fileSize(limit: Int?)
  }

  /// The file could not be read, or has unexpected content.
  case unreadable(file: String, reason: String)
  /// The file could not be written.
  case unwritable(file: String, reason: String)
  /// There is no space for the file of the given size.
  case noRoom(file: String, bytes: Int, Shortage)

  /// A sentence: what is wrong, where, and what to do.
  public var description: String { sentence.printable }

  private var sentence: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file) could not be read (\(reason)): check the path, its permissions and what wrote it."
    case .unwritable(let file, let reason):
      "\(file) could not be written (\(reason)): check that its folder exists, may be written to and has "
        + "space."
    case .noRoom(let file, let bytes, let shortage): FileError.lack(file, bytes, shortage)
    }
  }

  private static func lack(_ file: String, _ bytes: Int, _ shortage: Shortage) -> String {
    let needs = "\(file) needs \(SystemMemory.text(bytes))"
    switch shortage {
    case .disk(let free):
      let there = free.map { ", \(SystemMemory.text($0)) are free" } ?? ""
      return "The disk is full: \(needs)\(there). Make room and start again."
    case .files:
      return
        "The disk takes no more files: \(needs) and a place in the file system. Remove files and start again."
    case .quota:
      return
        "Your share of the disk is used up: \(needs). Make room, or have the quota raised, and start again."
    case .fileSize(let limit):
      let most = limit.map { " of at most \(SystemMemory.text($0))" } ?? " that are smaller"
      return "\(needs), but this process may write files\(most). Raise the limit (ulimit -f) and start again."
    }
  }
}

extension FileError {
  /// Returns the error of a system call that failed with `code`, for a file of the given size.
  static func writing(_ file: URL, bytes: Int, code: Int32) -> FileError {
    switch code {
    case ENOSPC:
      let space = DiskSpace(at: file.deletingLastPathComponent())
      if let space, !space.hasRoomForFiles { return .noRoom(file: file.path, bytes: bytes, .files) }
      return .noRoom(file: file.path, bytes: bytes, .disk(free: space?.bytes))
    case EDQUOT: return .noRoom(file: file.path, bytes: bytes, .quota)
    case EFBIG: return .noRoom(file: file.path, bytes: bytes, .fileSize(limit: FileSizeLimit.bytes))
    default:
      return .unwritable(
        file: file.path, reason: reason(of: POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO)))
    }
  }

  /// Returns the error of a failed write by Foundation.
  static func writing(_ file: URL, bytes: Int, _ error: any Error) -> FileError {
    if let code = code(of: error) { return writing(file, bytes: bytes, code: code) }
    return .unwritable(file: file.path, reason: reason(of: error))
  }

  private static func code(of error: any Error) -> Int32? {
    switch error {
    case let error as POSIXError: error.code.rawValue
    case let error as CocoaError:
      if let underlying = error.underlying { code(of: underlying) } else { code(of: error.code) }
    default: nil
    }
  }

  // Returns the system's code for errors that Foundation raises without one.
  private static func code(of error: CocoaError.Code) -> Int32? {
    switch error {
    case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
    case .fileReadNoPermission, .fileWriteNoPermission: EACCES
    case .fileWriteOutOfSpace: ENOSPC
    case .fileWriteFileExists: EEXIST
    case .fileWriteVolumeReadOnly: EROFS
    case .fileReadTooLarge: EFBIG
    case .fileReadInvalidFileName, .fileWriteInvalidFileName: ENAMETOOLONG
    default: nil
    }
  }

  /// Returns an error in a few words, for parentheses.
  static func reason(of error: any Error) -> String {
    if let code = code(of: error) { return String(cString: strerror(code)) }
    switch error {
    case is DecodingError: return "not the JSON that is expected"
    case is CocoaError: return "an error of the file system"
    default:
      let text = error.localizedDescription
      return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
  }
}

extension POSIXError {
  /// The error of this thread's last system call.
  static var last: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
