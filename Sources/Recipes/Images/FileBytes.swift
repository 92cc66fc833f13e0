import Foundation

/// Reading a file that somebody says is a picture: it may be anything.
enum FileBytes {
  /// The most bytes of a file, 1 GiB: those of the largest pictures with 16 bits a channel that are not compressed.
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
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw refusal() }
    guard status.st_mode & S_IFMT == S_IFREG else { throw refusal("it is no file") }
    guard status.st_size <= largest else {
      throw refusal("it has \(status.st_size) bytes, more than any picture")
    }
    let size = min(Int(status.st_size), wanted)
    var isRead = true
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { bytes, filled in
      while filled < size {
        let count = read(descriptor, bytes.baseAddress.map { $0 + filled }, size - filled)
        if count < 0 && errno == EINTR { continue }
        isRead = count >= 0
        if count <= 0 { break }
        filled += count
      }
    }
    guard isRead else { throw refusal() }
    return (bytes, Int(status.st_size))
  }
}
