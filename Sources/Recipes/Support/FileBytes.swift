import Foundation

/// Reads files given as images, which may contain anything.
enum FileBytes {
  /// The largest file size, 1 GiB: that of the largest uncompressed images with 16 bits per channel.
  private static let largest = 1 << 30

  /// Returns the whole file.
  static func all(of file: URL) throws(ImageError) -> [UInt8] {
    try start(of: file, count: largest).bytes
  }

  /// Returns the first bytes of a file, up to the given number, and its size.
  static func start(of file: URL, count wanted: Int) throws(ImageError) -> (bytes: [UInt8], fileSize: Int) {
    let path = file.path
    func refusal(_ reason: String = String(cString: strerror(errno))) -> ImageError {
      .unreadable(file: path, reason: reason)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // does not wait for a pipe's other end
    guard descriptor >= 0 else { throw refusal() }
    defer { close(descriptor) }
    guard let status = FileStatus(descriptor) else { throw refusal() }
    guard status.isFile else { throw refusal("it is no file") }
    guard status.size <= largest else { throw refusal("it has \(status.size) bytes, more than any picture") }
    let size = min(status.size, wanted)
    var count: Int?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { bytes, filled in
      let part = UnsafeMutableRawBufferPointer(start: bytes.baseAddress, count: size)
      count = DescriptorIO.read(descriptor, into: part, at: 0)
      filled = count ?? 0
    }
    guard count != nil else { throw refusal() }
    return (bytes, status.size)
  }
}
