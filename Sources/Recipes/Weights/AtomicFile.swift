import Foundation

/// Files that are there whole or not at all, even if the power fails while they are written.
package enum AtomicFile {
  /// Writes the data beside the file, flushes it to the disk and only then gives it the file's name.
  package static func write(_ data: Data, to file: URL) throws(FileError) {
    try write(to: file) { try $0.write(contentsOf: data) }
  }

  /// Writes a value as JSON that is the same each time: pretty-printed, keys in alphabetical order.
  package static func write(json value: some Encodable, to file: URL) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try write(to: file) { try $0.write(contentsOf: encoder.encode(value) + Data("\n".utf8)) }
  }

  /// Lets `body` write beside the file, flushes that to the disk and only then gives it the file's name.
  static func write(to file: URL, _ body: (FileHandle) throws -> Void) throws(FileError) {
    let folder = file.deletingLastPathComponent()
    let temporary = folder.appending(path: ".\(file.lastPathComponent).partial")
    do {
      try Data().write(to: temporary)
      let handle = try FileHandle(forWritingTo: temporary)
      defer { try? handle.close() }
      try body(handle)
      try handle.synchronize()
      guard rename(temporary.path, file.path) == 0 else { throw POSIXError.last }
      flush(folder: folder)
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw .unwritable(file: file.path, reason: FileError.reason(of: error))
    }
  }

  /// Flushes a folder to the disk, and with it the names of its files, on file systems that can.
  private static func flush(folder: URL) {
    let descriptor = open(folder.path, O_RDONLY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

extension POSIXError {
  /// The error that the last system call of this thread left.
  static var last: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
