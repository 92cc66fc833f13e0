import Foundation

/// What keeps a file from being read or written.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file could not be read, or does not hold what it should.
  case unreadable(file: String, reason: String)
  /// The file could not be written.
  case unwritable(file: String, reason: String)

  /// What is wrong, where, and what to do about it.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file) could not be read (\(reason)): check the path, its permissions and what wrote it."
    case .unwritable(let file, let reason):
      "\(file) could not be written (\(reason)): check that its folder exists, may be written to and has "
        + "space."
    }
  }
}

extension FileError {
  /// An error in a few words, to stand in brackets.
  static func reason(of error: any Error) -> String {
    let text =
      switch error {
      case let error as POSIXError: String(cString: strerror(error.code.rawValue))
      case is DecodingError: "not the JSON that is expected"
      case let error as CocoaError: error.underlying.map(FileError.reason) ?? error.localizedDescription
      default: error.localizedDescription
      }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
