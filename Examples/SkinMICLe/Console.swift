import Foundation
import Recipes
import Synchronization

/// What the program prints during a run: texts and progress for people, or an object in JSON for each event.
final class Console {
  private let isQuiet: Bool
  private let writesJSON: Bool
  private var progress: TerminalProgress?

  init(_ arguments: Arguments) {
    isQuiet = arguments.isQuiet
    writesJSON = arguments.writesJSON
  }

  /// Begins to show the progress of stages with the given work.
  func begin(_ work: [StageWork]) {
    progress = TerminalProgress(of: work)
    Signals.noteLine(!isQuiet && !writesJSON)
  }

  /// Prints a text, unless only warnings are wanted.
  func say(_ text: String) { if !isQuiet { print(text) } }

  /// Prints a text that is always wanted.
  func print(_ text: String) {
    if writesJSON {
      fputs(text.printableLines + "\n", standardError)
    } else if let progress {
      progress.say(text)
    } else {
      printAtOnce(text.fitting)
    }
  }

  /// Prints an event.
  func callAsFunction(_ event: RunEvent) {
    if writesJSON {
      Swift.print(event.json())
      fflush(standardOutput)
    } else if !isQuiet {
      progress?(event)
      return
    }
    guard let line = event.line else { return }
    if case .warning = event { return print(line) }
    say(line)
  }

  /// Removes the line of progress.
  func finish() {
    progress?.finish()
    progress = nil
    Signals.noteLine(false)
  }
}

extension String {
  /// The text for the standard output: in a terminal, long lines are broken between words.
  var fitting: String {
    guard let width = Terminal()?.width else { return self }
    return linesWrapped(to: width - 1).joined(separator: "\n")
  }
}
