import Foundation

/// A file whose bytes are read from the disk when they are asked for. One that another takes the place of meanwhile is
/// read as it was; one that is changed or cut short is an error.
final class OpenFile: Sendable {
  let path: String
  /// The bytes it had when it was opened.
  let size: Int
  private let descriptor: Int32
  private let opened: Identity

  // Which file it is, and in which state.
  private struct Identity: Equatable {
    let device: UInt64
    let number: UInt64
    let stamp: FileStamp

    init(_ status: stat) {
      device = UInt64(truncatingIfNeeded: status.st_dev)
      number = UInt64(truncatingIfNeeded: status.st_ino)
      stamp = FileStamp(status)
    }
  }

  /// Opens a file.
  ///
  /// - Throws: `WeightsError.unreadable` when it is not there, may not be read or is no file.
  init(_ path: String) throws(WeightsError) {
    func refusal(_ reason: String = FileError.reason(of: POSIXError.last)) -> WeightsError {
      .unreadable(file: path, reason: reason)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // does not wait for a pipe's other end
    guard descriptor >= 0 else { throw refusal() }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw refusal(isFolder ? FileError.reason(of: POSIXError(.EISDIR)) : "it is no file")
    }
    self.path = path
    self.descriptor = descriptor
    opened = Identity(status)
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Whether its path still leads to it, as it was when it was opened.
  var isInPlace: Bool {
    var status = stat()
    return stat(path, &status) == 0 && Identity(status) == opened
  }

  /// Fills `bytes` with those from a place on.
  ///
  /// - Throws: `WeightsError.unreadable` when the disk fails; `.changed` when they are not what they were.
  func read(at place: Int, into bytes: UnsafeMutableRawBufferPointer) throws(WeightsError) {
    var filled = 0
    while filled < bytes.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(place + filled))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(file: path, reason: FileError.reason(of: POSIXError.last)) }
      guard count > 0 else { throw .changed(file: path) }
      filled += count
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, FileStamp(status) == opened.stamp else {
      throw .changed(file: path)
    }
  }

  /// The bytes from a place on.
  func bytes(at place: Int, count: Int) throws(WeightsError) -> Data {
    try numbers(at: place, count: count, filledWith: UInt8(0)) { Data($0) }
  }

  /// So many numbers as they lie from a place on, made into something else.
  func numbers<Number: BitwiseCopyable, Result>(
    at place: Int, count: Int, filledWith zero: Number, _ make: ([Number]) -> Result
  ) throws(WeightsError) -> Result {
    var numbers = [Number](repeating: zero, count: count)
    let reading = numbers.withUnsafeMutableBytes { bytes in
      Swift.Result { () throws(WeightsError) in try read(at: place, into: bytes) }
    }
    try reading.get()
    return make(numbers)
  }

  /// The hash of a beginning and of what comes after as many bytes of the file: with its own beginning, that of the file.
  func hash(beginningWith start: Data) throws(WeightsError) -> String {
    var hash = StreamHash()
    start.withUnsafeBytes { hash.combine($0) }
    let piece = 1 << 20
    for place in stride(from: start.count, to: size, by: piece) {
      let bytes = try bytes(at: place, count: min(piece, size - place))
      bytes.withUnsafeBytes { hash.combine($0) }
    }
    return hash.text
  }
}
