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

  /// Returns the bytes at an offset; nil if there are fewer, or they cannot be read.
  func read(_ count: Int, at offset: Int) -> [UInt8]? {
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      let part = UnsafeMutableRawBufferPointer(start: bytes.baseAddress, count: count)
      filled = DescriptorIO.read(descriptor, into: part, at: offset) ?? 0
    }
    return bytes.count == count ? bytes : nil
  }

  /// The current size in bytes.
  var size: Int { FileStatus(descriptor)?.size ?? 0 }

  /// Writes all bytes at an offset. A full disk is an error here; with a memory-mapped file it would be a
  /// signal.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
    guard DescriptorIO.write(descriptor, bytes, at: offset) else {
      throw .writing(url, bytes: offset + bytes.count, code: errno)
    }
  }
}
