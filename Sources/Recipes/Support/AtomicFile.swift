import Foundation

/// Files that are there whole or not at all, even if the power fails while they are written.
package enum AtomicFile {
  /// Writes the data beside the file, flushes it to the disk and only then gives it the file's name.
  package static func write(_ data: Data, to file: URL) throws(FileError) {
    try write(to: file, bytes: data.count) { try data.withUnsafeBytes($0.write) }
  }

  /// Writes text.
  package static func write(_ text: String, to file: URL) throws(FileError) {
    try write(Data(text.utf8), to: file)
  }

  /// Writes a value as JSON that is the same each time: pretty-printed, keys in alphabetical order.
  package static func write(json value: some Encodable, to file: URL) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = Result { try encoder.encode(value) + Data("\n".utf8) }
    switch data {
    case .success(let data): try write(data, to: file)
    case .failure(let error): throw .unwritable(file: file.path, reason: FileError.reason(of: error))
    }
  }

  /// Lets `body` write `bytes` bytes beside the file, flushes them to the disk and only then gives them its
  /// name.
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
