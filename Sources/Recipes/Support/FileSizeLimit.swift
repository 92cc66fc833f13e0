import Foundation

/// The process's limit on file size, as set by `ulimit -f`.
package enum FileSizeLimit {
  /// The limit in bytes; nil if there is none.
  static var bytes: Int? {
    var limit = rlimit()
    #if os(Linux)
      let result = getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    #else
      let result = getrlimit(RLIMIT_FSIZE, &limit)
    #endif
    return result == 0 ? Int(exactly: limit.rlim_cur) : nil
  }

  /// Makes a write beyond the limit fail with an error; by default a signal would end the process.
  package static func makeAnError() { ignored }

  private static let ignored: Void = {
    let handler = signal(SIGXFSZ, SIG_IGN)
    // A handler installed by the process is kept.
    if unsafeBitCast(handler, to: Int.self) != unsafeBitCast(SIG_DFL, to: Int.self) {
      signal(SIGXFSZ, handler)
    }
  }()
}
