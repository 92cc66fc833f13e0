import Foundation

/// The line of a running training, in a number of columns; one of a single epoch does not count it:
///
///     simclr  epoch 3/24  [======>       ]  41 %  385 images/s  about 2 min, 14 min in all
struct ProgressLine {
  /// The progress of the epoch.
  let step: StepProgress
  /// The estimated seconds left for the training and for the run.
  let left: (ofStage: Double?, ofRun: Double?)

  /// The trained share of the stage.
  private var share: Double {
    let done = Double(step.epoch - 1) + Double(step.step) / Double(max(step.steps, 1))
    return min(1, max(0, done / Double(max(step.epochs, 1))))
  }

  /// Returns the text in at most `width` columns, without parts that have no room: first the images a second,
  /// then the epoch, the bar, and the end of a long title.
  func text(width: Int) -> String {
    let title = step.stage.printable
    let percent = "\(Int(100 * share)) %"
    let counted = step.epochs > 1 ? [title, "epoch \(step.epoch)/\(step.epochs)"] : [title]
    let rest = [percent, speed, time].compactMap { $0 }
    let slow = [percent, time].compactMap { $0 }
    for (before, after) in [(counted, rest), (counted, slow), ([title], slow)] {
      let used = (before + after).reduce(0) { $0 + $1.columns + 2 }
      if let bar = bar(width - used) { return (before + [bar] + after).joined(separator: "  ") }
    }
    let end = "  " + slow.joined(separator: "  ")
    let room = width - end.columns
    if room >= 4 { return title.cut(to: room) + end }
    return percent.columns <= width ? percent : ""
  }

  /// Returns a bar of at most 30 columns; nil for less than 6.
  private func bar(_ width: Int) -> String? {
    guard width >= 6 else { return nil }
    let inner = min(width, 30) - 2
    let done = min(inner, Int(Double(inner) * share))
    let head = done < inner ? ">" : ""
    return "[" + String(repeating: "=", count: done) + head
      + String(repeating: " ", count: inner - done - head.count) + "]"
  }

  private var speed: String? {
    guard step.images > 0, step.seconds > 0 else { return nil }
    return String(format: "%.0f images/s", Double(step.images) / step.seconds)
  }

  private var time: String? {
    guard let stage = left.ofStage.map(AboutTime.text) else { return nil }
    guard let run = left.ofRun.map(AboutTime.text), run != stage else { return "about \(stage)" }
    return "about \(stage), \(run) in all"
  }
}
