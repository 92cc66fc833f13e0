import Foundation

extension Results {
  /// The results as text: branches by metrics with their intervals, and below them the paired differences.
  public var table: String {
    var lines = aligned(
      [["branch", "top-1", "top-3", "balanced", "AUC"]]
        + branches.map { branch in
          [branch.name.printable]
            + [branch.top1, branch.top3, branch.balanced, branch.auc].map { text($0, format: "%.3f") }
        })
    if !differences.isEmpty {
      lines.append("")
      lines += aligned(
        [["paired difference", "top-1", "balanced", "AUC"]]
          + differences.map { difference in
            ["\(difference.of) over \(difference.over)".printable]
              + [difference.top1, difference.balanced, difference.auc].map { text($0, format: "%+.3f") }
          })
    }
    let repetitions = branches.map(\.top1.repetitions.count).max() ?? 1
    let spread =
      repetitions > 1
      ? " After ± the standard deviation of up to \(repetitions) repetitions of the training." : ""
    lines.append(
      "\nIn brackets 95 % intervals: patients drawn with replacement, all photographs of each together.\(spread)"
    )
    return lines.joined(separator: "\n")
  }

  private func text(_ score: Score, format: String) -> String {
    func text(_ number: Double) -> String { String(format: format, number) }
    let interval = score.interval
    guard interval.value.isFinite else { return "undefined" }
    let value = text(interval.value) + (score.deviation.map { String(format: " ± %.3f", $0) } ?? "")
    guard interval.low.isFinite, interval.high.isFinite else { return value + " [undefined]" }
    return "\(value) [\(text(interval.low)), \(text(interval.high))]"
  }

  /// The rows as lines whose columns begin one below the other.
  private func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return cells.joined(separator: "  ").replacing(/\ +$/, with: "")
    }
  }
}
