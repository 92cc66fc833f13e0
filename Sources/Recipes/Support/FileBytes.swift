import Foundation

/// Reading a file that somebody says is a picture: it may be anything.
enum FileBytes {
  /// The most bytes of a file, 1 GiB: those of the largest pictures with 16 bits a channel that are not
  /// compressed.
  private static let largest = 1 << 30

  /// The whole file.
  static func all(of file: URL) throws(ImageError) -> [UInt8] {
    try start(of: file, count: largest).bytes
  }

  /// The first bytes of a file, so many if it has as many, and how many there are in all.
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
