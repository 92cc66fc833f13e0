import Foundation

/// The sentence of a program that cannot go on, where it would otherwise end without one: Swift and the C
/// library stop by a signal when they get no memory, or when something is not as they were promised.
enum LastWords {
  /// From now on, such a signal writes a sentence and ends the program with the status 70. A handler that is
  /// there already, such as that of Swift's backtraces, stays.
  static func prepare() {
    for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
      let before = signal(number, handler)
      if unsafeBitCast(before, to: Int.self) != unsafeBitCast(SIG_DFL, to: Int.self) {
        signal(number, before)
      }
    }
  }

  // No more than write and _exit, which are all that a handler may use.
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
