import Foundation

/// The events of a run for people: lines of a log and, in a terminal, below them one line that is rewritten
/// with the progress, the images a second and the time left.
///
///     let progress = TerminalProgress()
///     try pipeline.run(on: dataset, in: folder) { progress($0) }
///     progress.finish()
///
/// Where the output is not a terminal, there are only the lines of the log.
public final class TerminalProgress {
  /// The shortest time between two drawings, in seconds.
  private static let pause = 0.1

  private let width: () -> Int?
  private let clock: () -> Double
  private let write: (String) -> Void
  private var left: TimeLeft
  private var line = ""
  private var drawn = -Double.infinity
  private var began = 0.0

  /// Creates a display.
  ///
  /// - Parameters:
  ///   - work: The work of each stage, for the time left of the whole run.
  ///   - width: Returns the columns of the terminal; nil if there is none.
  ///   - clock: Returns the time in seconds, from any beginning.
  ///   - write: Writes a text at once.
  public init(
    of work: [StageWork] = [], width: @escaping () -> Int?, clock: @escaping () -> Double,
    write: @escaping (String) -> Void
  ) {
    left = TimeLeft(of: work)
    self.width = width
    self.clock = clock
    self.write = write
  }

  /// Creates a display on the standard output.
  ///
  /// - Parameter work: The work of each stage, for the remaining time.
  public convenience init(of work: [StageWork] = []) {
    let terminal = Terminal()
    self.init(of: work, width: { terminal?.width }, clock: { ProcessInfo.processInfo.systemUptime }) { text in
      print(text, terminator: "")
      fflush(nil)
    }
  }

  /// Shows an event.
  ///
  /// - Parameter event: The event.
  public func callAsFunction(_ event: RunEvent) {
    let time = clock()
    left.add(event, at: time)
    if let text = event.line { say(text) }
    switch event {
    case .step(let step):
      draw(ProgressLine(step: step, left: (left.ofStage, left.ofRun)), at: time)
    case .features(let stage, let done, let total):
      show("\(stage)  features", done: done, of: total)
      if done == total { finish() }
    case .stageEnded: finish()
    default: break
    }
  }

  /// Shows how many of a number of photographs are done. A call with none of them begins the measurement of
  /// time.
  ///
  /// - Parameters:
  ///   - title: What is done with them.
  ///   - done: The photographs that are done.
  ///   - total: The number of photographs.
  public func show(_ title: String, done: Int, of total: Int) {
    let time = clock()
    if done == 0 { began = time }
    let spent = time - began
    let step = StepProgress(
      stage: title, epoch: 1, epochs: 1, step: done, steps: total, images: done, seconds: spent)
    let left = done > 0 ? spent / Double(done) * Double(total - done) : nil
    draw(ProgressLine(step: step, left: (left, nil)), at: time)
  }

  /// Writes a text of one or more lines above the line that is rewritten. In a terminal, lines are broken
  /// between words.
  ///
  /// - Parameter text: The text.
  public func say(_ text: String) {
    let text = text.printableLines
    guard let width = width() else { return write(text + "\n") }
    let kept = line
    finish()
    write(text.linesWrapped(to: width - 1).joined(separator: "\n") + "\n")
    draw(kept)
  }

  /// Removes the line that is rewritten.
  public func finish() {
    if !line.isEmpty { write("\r\u{1B}[K") }
    line = ""
  }

  /// Draws a line if it is due, or its steps are done.
  private func draw(_ progress: ProgressLine, at time: Double) {
    let isDue = time - drawn >= TerminalProgress.pause || progress.step.step == progress.step.steps
    guard isDue, let width = width() else { return }
    drawn = time
    draw(progress.text(width: width - 1))
  }

  private func draw(_ text: String) {
    guard !text.isEmpty else { return }
    write("\r\(text)\u{1B}[K")
    line = text
  }
}
