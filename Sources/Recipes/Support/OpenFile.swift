import Foundation

/// A file whose bytes are read from the disk when they are asked for. One that another takes the place of
/// meanwhile is read as it was; one that is changed or cut short is an error.
final class OpenFile: Sendable {
  let path: String
  /// The bytes it had when it was opened.
  var size: Int { opened.size }
  private let descriptor: Int32
  private let opened: FileStatus

  /// Opens a file.
  ///
  /// - Throws: `WeightsError.unreadable` when it is not there, may not be read or is no file.
  init(_ path: String) throws(WeightsError) {
    func refusal(_ reason: String = FileError.reason(of: POSIXError.last)) -> WeightsError {
      .unreadable(file: path, reason: reason)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // does not wait for a pipe's other end
    guard descriptor >= 0 else { throw refusal() }
    let status = FileStatus(descriptor)
    guard let status, status.isFile else {
      close(descriptor)
      throw refusal(
        status?.isFolder == true ? FileError.reason(of: POSIXError(.EISDIR)) : "it is no file")
    }
    self.path = path
    self.descriptor = descriptor
    opened = status
  }

  deinit { close(descriptor) }

  /// Whether its path still leads to it, as it was when it was opened.
  var isInPlace: Bool {
    FileStatus(of: path).map { $0.identity == opened.identity && $0.stamp == opened.stamp } ?? false
  }

  /// Fills `bytes` with those from a place on.
  ///
  /// - Throws: `WeightsError.unreadable` when the disk fails; `.changed` when they are not what they were.
  func read(at place: Int, into bytes: UnsafeMutableRawBufferPointer) throws(WeightsError) {
    guard let filled = DescriptorIO.read(descriptor, into: bytes, at: place) else {
      throw .unreadable(file: path, reason: FileError.reason(of: POSIXError.last))
    }
    guard filled == bytes.count, FileStatus(descriptor)?.stamp == opened.stamp else {
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

  /// The hash of a beginning and of what comes after as many bytes of the file: with its own beginning, that
  /// of the file.
  func hash(beginningWith start: Data) throws(WeightsError) -> String {
    var hash = StreamHash()
    start.withUnsafeBytes { hash.combine($0) }
    try add(start.count..<size, to: &hash)
    return hash.text
  }

  /// The hash of a part of the file.
  func hash(of part: Range<Int>) throws(WeightsError) -> String {
    var hash = StreamHash()
    try add(part, to: &hash)
    return hash.text
  }

  private func add(_ part: Range<Int>, to hash: inout StreamHash) throws(WeightsError) {
    let piece = 1 << 20
    for place in stride(from: part.lowerBound, to: part.upperBound, by: piece) {
      let bytes = try bytes(at: place, count: min(piece, part.upperBound - place))
      bytes.withUnsafeBytes { hash.combine($0) }
    }
  }
}
