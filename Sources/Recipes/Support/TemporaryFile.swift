import Foundation
import Synchronization

/// A temporary file next to its destination, renamed when it is complete.
///
/// It is opened exclusively, so that no link with its name is followed, and locked, so that leftovers of
/// killed processes can be distinguished from files in use.
final class TemporaryFile {
  private static let count = Atomic<Int>(0)
  private static let (prefix, suffix) = (".loupe-", ".partial")
  private let url: URL
  private let file: URL
  // The final size in bytes, for error messages about a full disk.
  private let bytes: Int
  private let descriptor: Int32
  private var written = 0
  private var hasItsPlace = false

  /// Creates a file of the given final size.
  init(for file: URL, bytes: Int) throws(FileError) {
    FileSizeLimit.makeAnError()
    self.file = file
    self.bytes = bytes
    let folder = file.deletingLastPathComponent()
    while true {
      let number = TemporaryFile.count.add(1, ordering: .relaxed).oldValue
      let url = folder.appending(
        path: "\(TemporaryFile.prefix)\(getpid())-\(number)\(TemporaryFile.suffix)")
      let descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
      if descriptor < 0, errno == EEXIST || errno == EINTR { continue }
      guard descriptor >= 0 else { throw .writing(file, bytes: bytes, code: errno) }
      // If files cannot be locked, leftovers are not removed either.
      while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
      var status = stat()
      if fstat(descriptor, &status) == 0, status.st_nlink == 0 {  // removed as a leftover before the lock
        close(descriptor)
        continue
      }
      self.url = url
      self.descriptor = descriptor
      return
    }
  }

  deinit {
    if !hasItsPlace { unlink(url.path) }
    close(descriptor)
  }

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    guard DescriptorIO.write(descriptor, bytes, at: written) else { throw failure(errno) }
    written += bytes.count
  }

  /// Replaces the bytes at the beginning, which must have been written.
  func overwrite(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    guard DescriptorIO.write(descriptor, bytes, at: 0) else { throw failure(errno) }
  }

  /// Flushes the file to disk and renames it.
  func takePlace() throws(FileError) {
    while fsync(descriptor) != 0 {
      guard errno == EINTR else { throw failure(errno) }
    }
    guard rename(url.path, file.path) == 0 else { throw failure(errno) }
    hasItsPlace = true
    TemporaryFile.flush(folder: file.deletingLastPathComponent())
  }

  private func failure(_ code: Int32) -> FileError {
    ftruncate(descriptor, 0)  // or its own partial content would not count as free
    return .writing(file, bytes: bytes, code: code)
  }

  // Flushes the folder, and with it the names of its files, where supported.
  private static func flush(folder: URL) {
    let descriptor = open(folder.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Removes leftovers of killed processes in a folder: unlocked files with such names.
  static func removeLeftovers(in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      let path = folder.appending(path: name).path
      let descriptor = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }
}
