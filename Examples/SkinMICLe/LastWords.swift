import Foundation

/// An error message for fatal signals: Swift and the C library stop by a signal if an allocation fails or a
/// precondition is violated.
enum LastWords {
  /// Installs handlers that write a sentence and end the program with the status 70. Existing handlers, such
  /// as those of Swift's backtraces, are kept.
  static func prepare() {
    for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
      let before = signal(number, handler)
      if unsafeBitCast(before, to: Int.self) != unsafeBitCast(SIG_DFL, to: Int.self) {
        signal(number, before)
      }
    }
  }

  // Only write and _exit, which are async-signal-safe.
  private static let handler: @convention(c) (Int32) -> Void = { _ in
    let text: StaticString = """
      The program cannot go on: it got no more memory, or met a mistake of its own. What is finished is kept, and the \
      same command goes on from there. If there is memory left (--describe says what a run takes), please report what \
      was done.

      """
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    _exit(70)  // EX_SOFTWARE
  }
}
