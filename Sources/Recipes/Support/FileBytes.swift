import Foundation

/// Reads files that a user names, which may be anything.
package enum FileBytes {
  /// The reason that a file is not read.
  package enum Refusal: Error, Equatable {
    /// The system's, by its code.
    case system(Int32)
    /// It is a folder, a pipe or a device.
    case noFile
    /// It is larger than a file of its kind.
    case tooLarge(bytes: Int)

    /// Returns the reason in words.
    ///
    /// - Parameter kind: What files of its kind are.
    package func text(of kind: String) -> String {
      switch self {
      case .system(let code): String(cString: strerror(code))
      case .noFile: "it is no file"
      case .tooLarge(let bytes): "it has \(bytes) bytes, more than any \(kind)"
      }
    }
  }

  /// Returns the first bytes of a file, up to the given number, and its size.
  ///
  /// - Parameter largest: The largest size of such a file in bytes.
  package static func start(
    of path: String, count wanted: Int = .max, largest: Int
  ) throws(Refusal) -> (bytes: [UInt8], fileSize: Int) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // does not wait for a pipe's other end
    guard descriptor >= 0 else { throw .system(errno) }
    defer { close(descriptor) }
    guard let status = FileStatus(descriptor) else { throw .system(errno) }
    guard status.isFile else { throw .noFile }
    guard status.size <= largest else { throw .tooLarge(bytes: status.size) }
    let size = min(status.size, wanted)
    var count: Int?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { bytes, filled in
      let part = UnsafeMutableRawBufferPointer(start: bytes.baseAddress, count: size)
      count = DescriptorIO.read(descriptor, into: part, at: 0)
      filled = count ?? 0
    }
    guard count != nil else { throw .system(errno) }
    return (bytes, status.size)
  }
}

// Files given as images.
extension FileBytes {
  /// The largest size, 1 GiB: that of the largest uncompressed images with 16 bits per channel.
  private static let largestPicture = 1 << 30

  /// Returns the whole file.
  static func all(of file: URL) throws(ImageError) -> [UInt8] {
    try start(of: file, count: .max).bytes
  }

  /// Returns the first bytes of a file, up to the given number, and its size.
  static func start(of file: URL, count wanted: Int) throws(ImageError) -> (bytes: [UInt8], fileSize: Int) {
    do throws(Refusal) {
      return try start(of: file.path, count: wanted, largest: largestPicture)
    } catch {
      throw .unreadable(file: file.path, reason: error.text(of: "picture"))
    }
  }
}
