import Foundation

/// Reading a whole file that somebody says is a picture: it may be anything.
enum FileBytes {
  /// No picture that is read has more bytes than the largest with 16 bits a channel and a long header.
  private static let largest = 6 * Image.largestPixelCount + (64 << 20)

  static func all(of file: URL) throws(ImageError) -> [UInt8] {
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
    let size = Int(status.st_size)
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
    return bytes
  }
}
