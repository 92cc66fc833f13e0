import Foundation

/// An open file.
final class CacheFile: Sendable {
  let descriptor: Int32
  private let url: URL

  init(_ url: URL, flags: Int32) throws(FileError) {
    FileSizeLimit.makeAnError()
    self.url = url
    descriptor = open(url.path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .writing(url, bytes: 0, code: errno) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// So many bytes at an offset; nil where there are not as many, or they cannot be read.
  func read(_ count: Int, at offset: Int) -> [UInt8]? {
    var isRead = true
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      while filled < count {
        let new = pread(
          descriptor, bytes.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
        if new < 0, errno == EINTR { continue }
        guard new > 0 else { break }
        filled += new
      }
      isRead = filled == count
    }
    return isRead ? bytes : nil
  }

  /// The number of bytes in it now.
  var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Writes all bytes at an offset. A disk without space is an error here, where it would be a signal if the bytes
  /// were stored through a mapping.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let written = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw .writing(url, bytes: offset + bytes.count, code: errno) }
      done += written
    }
  }
}
