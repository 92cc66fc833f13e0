import Foundation
import Recipes
import Synchronization

/// The handling of signals: Ctrl-C, `kill`, a terminal that is closed, and output that nobody reads any more
/// end it without loss, with the status that shells expect, 128 and the signal's number.
///
/// While steps are trained that no file has, the run ends by itself after the present step and its
/// checkpoint; at any other time nothing is lost if the process ends at once, and so it does.
enum Signals {
  /// The request to end, which a run polls.
  static let interruption = Interruption()
  private static let caught = Atomic<Int32>(0)

  /// The status to exit with after a signal.
  static var status: Int32 { 128 + caught.load(ordering: .relaxed) }

  /// From now on, signals do that. Those that the program was started to ignore, as by `nohup`, stay ignored;
  /// those that whoever started it had blocked for itself are let through.
  static func handle() {
    _ = (interruption, status)  // made before a handler needs them
    var handled = sigset_t()
    sigemptyset(&handled)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] {
      sigaddset(&handled, number)
      let before = signal(number, handler)
      if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        signal(number, SIG_IGN)
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &handled, nil)
  }

  // Atomics, write and _exit are all that a handler may use.
  private static let handler: @convention(c) (Int32) -> Void = { number in
    let code = errno
    defer { errno = code }
    let isFirst = caught.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
    if isFirst, interruption.request() {
      say("Interrupted: the step is finished and a checkpoint written; once more ends at once.\n")
    } else if isFirst || number != SIGPIPE {  // further lines that nobody reads are no reason to hurry
      say("Interrupted. Started again, the run goes on with what is finished.\n")
      _exit(128 + number)
    }
  }

  private static func say(_ text: StaticString) {
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }
}
