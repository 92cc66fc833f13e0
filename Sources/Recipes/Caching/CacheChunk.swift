import Foundation

/// A file of pixels, mapped into memory to be read. It may grow while it is.
final class CacheChunk: @unchecked Sendable {
  private let file: CacheFile
  private let base: UnsafeMutableRawPointer
  private let capacity: Int

  /// The chunk in a file, or nil if there is none that can be mapped.
  init?(_ url: URL, capacity: Int) {
    guard let file = try? CacheFile(url, flags: O_RDONLY) else { return nil }
    // All that it can grow to; what is beyond its end is not touched.
    guard let base = mmap(nil, capacity, PROT_READ, MAP_SHARED, file.descriptor, 0), base != MAP_FAILED else {
      return nil
    }
    self.file = file
    self.base = base
    self.capacity = capacity
  }

  deinit { munmap(base, capacity) }

  /// A part of the chunk, valid as long as the chunk is; nil where the file has become shorter than that.
  func bytes(at offset: Int, count: Int) -> UnsafeRawBufferPointer? {
    guard offset + count <= min(file.size, capacity) else { return nil }
    return UnsafeRawBufferPointer(start: base + offset, count: count)
  }
}

/// An open file.
final class CacheFile: Sendable {
  let descriptor: Int32
  private let url: URL

  init(_ url: URL, flags: Int32) throws(FileError) {
    self.url = url
    descriptor = open(url.path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .unwritable(file: url.path, reason: FileError.reason(of: POSIXError.last))
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

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
      guard written > 0 else {
        throw .unwritable(file: url.path, reason: FileError.reason(of: POSIXError.last))
      }
      done += written
    }
  }
}
