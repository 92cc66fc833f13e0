import Foundation

/// Reading of JSON files.
enum JSONFile {
  /// Reads a value.
  ///
  /// - Throws: `FileError` if the file cannot be read or is not such a value.
  static func read<Value: Decodable>(_ type: Value.Type, from file: URL) throws(FileError) -> Value {
    do { return try JSONDecoder().decode(type, from: Data(contentsOf: file)) } catch {
      throw .unreadable(file: file.path, reason: FileError.reason(of: error))
    }
  }

  /// The error for a file of a later format than the latest one known.
  static func error(of file: URL, version: Int, latest: Int) -> FileError {
    .unreadable(
      file: file.path, reason: "its format is of version \(version), and \(latest) is the latest known")
  }
}
