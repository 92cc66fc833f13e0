import Foundation

/// The size that a process may give to files, as `ulimit -f` sets it.
package enum FileSizeLimit {
  /// The most bytes that a file may have; nil if there is no limit.
  static var bytes: Int? {
    var limit = rlimit()
    #if os(Linux)
      let result = getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    #else
      let result = getrlimit(RLIMIT_FSIZE, &limit)
    #endif
    return result == 0 ? Int(exactly: limit.rlim_cur) : nil
  }

  /// Has a write beyond the limit fail with an error that can be told, where it would end the process by a
  /// signal.
  package static func makeAnError() { ignored }

  private static let ignored: Void = {
    let handler = signal(SIGXFSZ, SIG_IGN)
    // One that the process has chosen for itself stays.
    if unsafeBitCast(handler, to: Int.self) != unsafeBitCast(SIG_DFL, to: Int.self) {
      signal(SIGXFSZ, handler)
    }
  }()
}
