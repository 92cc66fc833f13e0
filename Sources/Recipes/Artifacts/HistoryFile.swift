import Foundation

/// The file `history.jsonl` of a run, to which events are appended as they happen: one JSON object a line,
/// as ``RunEvent/json(at:)`` makes it. Notes and steps are not stored.
///
/// It is created with the first event that is stored. What an earlier run wrote stays.
final class HistoryFile {
  private let file: URL
  private var state = State.closed

  private enum State {
    case closed
    case open(Int32)
    case failed
  }

  init(_ file: URL) { self.file = file }

  deinit { if case .open(let descriptor) = state { close(descriptor) } }

  /// Appends an event, if it is one that is stored.
  ///
  /// - Returns: The error, once: after it nothing is written any more.
  func append(_ event: RunEvent) -> FileError? {
    switch event {
    case .note, .step, .features: return nil
    case .stageBegan, .beforeTraining, .epoch, .exchange, .probe, .warning, .trial, .stageEnded: break
    }
    let line = Data("\(event.json())\n".utf8)
    let descriptor: Int32
    switch state {
    case .failed: return nil
    case .open(let open): descriptor = open
    case .closed:
      descriptor = HistoryFile.open(file)
      guard descriptor >= 0 else { return failed(line, code: errno) }
      state = .open(descriptor)
    }
    let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if written == line.count { return nil }
    let error = failed(line, code: written < 0 ? errno : ENOSPC)
    close(descriptor)
    return error
  }

  private func failed(_ line: Data, code: Int32) -> FileError {
    state = .failed
    return FileError.writing(file, bytes: line.count, code: code)
  }

  /// Opens the file, and ends a line that a killed run or a full disk cut off.
  private static func open(_ file: URL) -> Int32 {
    let flags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC
    let descriptor = Foundation.open(file.path, flags, 0o666)
    guard descriptor >= 0 else { return descriptor }
    let size = lseek(descriptor, 0, SEEK_END)
    var last: UInt8 = 0
    if size > 0, pread(descriptor, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") {
      _ = write(descriptor, "\n", 1)
    }
    return descriptor
  }
}
