import Foundation
import Recipes
import Synchronization

/// Signal handling: Ctrl-C, `kill`, a closed terminal, and a closed output pipe end the program without loss,
/// with the conventional exit status, 128 plus the signal's number.
///
/// During training a run ends after the current step and a checkpoint; at any other time nothing is lost by
/// ending at once, so the process exits immediately.
enum Signals {
  /// What is said of an end at once.
  enum Advice: Int {
    case startAgain, nothingWritten
  }

  /// The request to end, which a run polls.
  static let interruption = Interruption()
  private static let caught = Atomic<Int32>(0)
  private static let advice = Atomic<Int>(Advice.startAgain.rawValue)

  /// Whether a line of progress is on the terminal, which a sentence replaces.
  private static let hasLine = Atomic<Bool>(false)

  /// Notes whether a line of progress is shown, if the standard output and the messages are in a terminal.
  static func noteLine(_ isShown: Bool) {
    let isVisible = isShown && Terminal() != nil && Terminal(STDERR_FILENO) != nil
    hasLine.store(isVisible, ordering: .relaxed)
  }

  /// The status to exit with after a signal.
  static var status: Int32 { 128 + caught.load(ordering: .relaxed) }

  /// Installs the handlers. Signals ignored at the start, as by `nohup`, stay ignored; blocked signals are
  /// unblocked.
  static func handle(saying advice: Advice = .startAgain) {
    Signals.advice.store(advice.rawValue, ordering: .relaxed)
    hasLine.store(false, ordering: .relaxed)
    _ = (interruption, status)  // initialized before a handler needs them
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

  // A handler may only use atomics, write and _exit.
  private static let handler: @convention(c) (Int32) -> Void = { number in
    let code = errno
    defer { errno = code }
    let isFirst = caught.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
    if isFirst, interruption.request() {
      say("Interrupted: the step is finished and a checkpoint written; once more ends at once.\n")
    } else if isFirst || number != SIGPIPE {  // only the first broken pipe counts as a request
      if advice.load(ordering: .relaxed) == Advice.nothingWritten.rawValue {
        say("Interrupted. No table of predictions is written.\n")
      } else {
        say("Interrupted. Started again, the run goes on with what is finished.\n")
      }
      _exit(128 + number)
    }
  }

  private static func say(_ text: StaticString) {
    let clear: StaticString = "\r\u{1B}[K"
    if hasLine.load(ordering: .relaxed) { _ = write(STDERR_FILENO, clear.utf8Start, clear.utf8CodeUnitCount) }
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }
}
