import Foundation

/// The lock of a folder: a file locked by the system, so that the lock ends with the process, and that names
/// its owner.
///
/// The file is removed at the end. A file left by a killed process is not locked, and the next run reuses it.
final class RunLock: Sendable {
  private static let name = ".run.lock"
  /// The reason that the file is not locked; nil if it is.
  let limitation: String?
  private let path: String
  private let descriptor: Int32

  /// Locks a folder.
  ///
  /// - Throws: `RunError.inUse` if another run has the lock, `FileError` if the file cannot be created.
  init(in folder: URL) throws {
    FileSizeLimit.makeAnError()
    let file = folder.appending(path: RunLock.name)
    path = file.path
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o666)
      if descriptor < 0, errno == EINTR { continue }
      guard descriptor >= 0 else { throw FileError.writing(file, bytes: 0, code: errno) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        // The previous owner may have removed it since it was opened.
        guard RunLock.isStillThere(path, descriptor) else {
          close(descriptor)
          continue
        }
        limitation = nil
      } else {
        let code = errno
        if code == EWOULDBLOCK {
          defer { close(descriptor) }
          throw RunError.inUse(folder: folder.path, by: LockHolder(from: descriptor)?.description)
        }
        if code == EINTR {
          close(descriptor)
          continue
        }
        limitation = String(cString: strerror(code))
      }
      self.descriptor = descriptor
      LockHolder.current.write(to: descriptor)
      return
    }
  }

  /// Releases the lock. Must be the last call.
  func release() {
    unlink(path)
    close(descriptor)
  }

  private static func isStillThere(_ path: String, _ descriptor: Int32) -> Bool {
    var (own, named) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && lstat(path, &named) == 0 && own.st_ino == named.st_ino
      && own.st_dev == named.st_dev
  }
}

/// The owner of a lock, as written in its file.
private struct LockHolder: CustomStringConvertible {
  let process: Int32
  let machine: String
  let start: Date

  /// This process, with the current time.
  static var current: LockHolder {
    var name = [CChar](repeating: 0, count: 256)
    _ = gethostname(&name, name.count - 1)
    let machine = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return LockHolder(process: getpid(), machine: machine, start: Date())
  }

  var description: String {
    let time = start.formatted(.iso8601.dateTimeSeparator(.space))
    return "process \(process) on \(machine), started \(time)"
  }

  // A full disk does not prevent locking: the file stays empty.
  func write(to descriptor: Int32) {
    let text = "\(process) \(machine) \(Int(start.timeIntervalSince1970))\n"
    _ = ftruncate(descriptor, 0)
    _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
  }
}

extension LockHolder {
  /// Reads the owner from a lock's file; nil unless it has a process, a machine and a time.
  init?(from descriptor: Int32) {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let words = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(
      whereSeparator: \.isWhitespace)
    guard words.count == 3, let process = Int32(words[0]), let start = Int(words[2]), start >= 0,
      start < 1 << 40,
      words[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    self.init(
      process: process, machine: String(words[1]), start: Date(timeIntervalSince1970: Double(start)))
  }
}
