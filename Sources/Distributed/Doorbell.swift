import Foundation

/// Wakes a thread that has nothing to do.
///
/// It is a pipe, as `poll` measures its time by a clock that is not set, which a condition variable does not
/// on every system.
final class Doorbell: Sendable {
  private let output, input: Int32
  // In milliseconds. Some libraries have data to pass on after an operation is complete.
  private static let longest: Int32 = 5

  init() throws(DistributedError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .system(call: "pipe", code: errno) }
    (output, input) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  deinit {
    Foundation.close(output)
    Foundation.close(input)
  }

  /// Wakes the thread, now or when it next waits.
  func ring() {
    var byte = 0 as UInt8
    // A full pipe wakes it as well.
    _ = write(input, &byte, 1)
  }

  /// Waits for a ring, but not for long.
  func wait() {
    var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, Doorbell.longest) > 0 else { return }
    withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
      while read(output, buffer.baseAddress, buffer.count) > 0 {}
    }
  }
}
