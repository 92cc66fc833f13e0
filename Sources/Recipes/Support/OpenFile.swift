import Foundation

/// An open file with bytes read on demand. If it is replaced, the original file is still read; if it is
/// modified or truncated, that is an error.
final class OpenFile: Sendable {
  let path: String
  /// The size in bytes when it was opened.
  var size: Int { opened.size }
  private let descriptor: Int32
  private let opened: FileStatus

  /// Opens a file.
  ///
  /// - Throws: `WeightsError.unreadable` if it does not exist, is not readable or is not a regular file.
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

  /// Whether its path still leads to it, unmodified.
  var isInPlace: Bool {
    FileStatus(of: path).map { $0.identity == opened.identity && $0.stamp == opened.stamp } ?? false
  }

  /// Fills `bytes` from an offset.
  ///
  /// - Throws: `WeightsError.unreadable` if the disk fails; `.changed` if the file has changed.
  func read(at place: Int, into bytes: UnsafeMutableRawBufferPointer) throws(WeightsError) {
    guard let filled = DescriptorIO.read(descriptor, into: bytes, at: place) else {
      throw .unreadable(file: path, reason: FileError.reason(of: POSIXError.last))
    }
    guard filled == bytes.count, FileStatus(descriptor)?.stamp == opened.stamp else {
      throw .changed(file: path)
    }
  }

  /// Returns the bytes at an offset.
  func bytes(at place: Int, count: Int) throws(WeightsError) -> Data {
    try numbers(at: place, count: count, filledWith: UInt8(0)) { Data($0) }
  }

  /// Returns numbers stored at an offset, transformed by `make`.
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

  /// Returns the hash of the file with its first bytes replaced by `start`; for its own first bytes, that of
  /// the file.
  func hash(beginningWith start: Data) throws(WeightsError) -> String {
    var hash = StreamHash()
    start.withUnsafeBytes { hash.combine($0) }
    try add(start.count..<size, to: &hash)
    return hash.text
  }

  /// Returns the hash of a part of the file.
  func hash(of part: Range<Int>) throws(WeightsError) -> String {
    var hash = StreamHash()
    try add(part, to: &hash)
    return hash.text
  }

  /// Returns the cyclic redundancy check of a part of the file.
  func checksum(
    of part: Range<Int>, _ polynomial: CyclicChecksum.Polynomial
  ) throws(WeightsError) -> UInt32 {
    var sum = CyclicChecksum(polynomial)
    try forEachPiece(of: part) { sum.combine($0) }
    return sum.value
  }

  private func add(_ part: Range<Int>, to hash: inout StreamHash) throws(WeightsError) {
    try forEachPiece(of: part) { hash.combine($0) }
  }

  // Calls `body` with the bytes of a part of the file, a megabyte at a time.
  private func forEachPiece(
    of part: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(WeightsError) {
    let piece = 1 << 20
    for place in stride(from: part.lowerBound, to: part.upperBound, by: piece) {
      let bytes = try bytes(at: place, count: min(piece, part.upperBound - place))
      bytes.withUnsafeBytes { body($0) }
    }
  }
}
