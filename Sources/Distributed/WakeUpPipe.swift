import Foundation

/// A pipe that wakes an idle thread.
///
/// Unlike waits on a condition variable, the timeout of `poll` uses a monotonic clock on every system.
final class WakeUpPipe: Sendable {
  private let output, input: Int32
  // In milliseconds. A library may have to progress transfers whose operations are locally complete.
  private static let timeout: Int32 = 5

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
    close(output)
    close(input)
  }

  /// Wakes the thread, or ends its next wait.
  func signal() {
    var byte = 0 as UInt8
    // The write fails if the pipe is full, which wakes the thread as well.
    _ = write(input, &byte, 1)
  }

  /// Waits for a signal, for a few milliseconds at most.
  func wait() {
    var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, WakeUpPipe.timeout) > 0 else { return }
    withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
      while read(output, buffer.baseAddress, buffer.count) > 0 {}
    }
  }
}
