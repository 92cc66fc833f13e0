import Foundation

/// A terminal that a process writes to.
public struct Terminal: Sendable {
  /// The columns of one that does not say how many it has.
  public static let usualWidth = 80

  private let descriptor: Int32

  /// Finds the terminal of a file descriptor; nil if it is a file or a pipe, or a terminal that cannot
  /// rewrite a line (`TERM` is `dumb` or missing).
  ///
  /// - Parameters:
  ///   - descriptor: The file descriptor; that of the standard output by default.
  ///   - environment: The environment variables, of which `TERM` is read.
  public init?(
    _ descriptor: Int32 = STDOUT_FILENO, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    guard isatty(descriptor) == 1, let kind = environment["TERM"], !kind.isEmpty, kind != "dumb" else {
      return nil
    }
    self.descriptor = descriptor
  }

  /// The number of columns now.
  public var width: Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return Terminal.usualWidth
    }
    return Int(size.ws_col)
  }
}
