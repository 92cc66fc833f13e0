import Foundation

/// Atomic writing of files: a file is complete or absent, even after a power failure.
package enum AtomicFile {
  /// Writes the data to a temporary file, flushes it to disk and renames it.
  package static func write(_ data: Data, to file: URL) throws(FileError) {
    try write(to: file, bytes: data.count) { try data.withUnsafeBytes($0.write) }
  }

  /// Writes text.
  package static func write(_ text: String, to file: URL) throws(FileError) {
    try write(Data(text.utf8), to: file)
  }

  /// Writes a value as reproducible JSON: pretty-printed, with sorted keys.
  package static func write(json value: some Encodable, to file: URL) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = Result { try encoder.encode(value) + Data("\n".utf8) }
    switch data {
    case .success(let data): try write(data, to: file)
    case .failure(let error): throw .unwritable(file: file.path, reason: FileError.reason(of: error))
    }
  }

  /// Lets `body` write `bytes` bytes to a temporary file, flushes it to disk and renames it.
  static func write(
    to file: URL, bytes: Int, _ body: (TemporaryFile) throws -> Void
  ) throws(FileError) {
    do {
      let temporary = try TemporaryFile(for: file, bytes: bytes)
      try body(temporary)
      try temporary.takePlace()
    } catch let error as FileError {
      throw error
    } catch {
      throw .unwritable(file: file.path, reason: FileError.reason(of: error))
    }
  }
}
