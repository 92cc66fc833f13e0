import Foundation

extension Results {
  /// The results as text: the metrics of branches with their intervals, and below them the paired
  /// differences.
  public var table: String { table() }

  /// Returns the results as text, with a column for each of the given metrics of branches and of paired
  /// differences. Columns beyond `width` characters follow below.
  ///
  /// - Parameters:
  ///   - metrics: The metrics of the branches, in the order of the columns.
  ///   - compared: The metrics of which differences are shown.
  ///   - width: The most characters in a line; no limit by default.
  public func table(
    of metrics: [MetricKind] = [.top1, .top3, .balanced, .auc],
    differences compared: [MetricKind] = [.top1, .balanced, .auc], width: Int = .max
  ) -> String {
    let rows = branches.map { branch in
      [branch.name.printable] + metrics.map { text(branch[$0], format: "%.3f") }
    }
    var lines = ([["branch"] + metrics.map(\.title)] + rows).aligned(within: width)
    if !differences.isEmpty {
      let rows = differences.map { difference in
        ["\(difference.of) over \(difference.over)".printable]
          + compared.map { text(difference[$0], format: "%+.3f") }
      }
      lines.append("")
      lines += ([["paired difference"] + compared.map(\.title)] + rows).aligned(within: width)
    }
    let repetitions = branches.map(\.scores.repetitions).max() ?? 1
    let spread =
      repetitions > 1
      ? " After ± the standard deviation of up to \(repetitions) repetitions of the training." : ""
    lines.append(
      "\nIn brackets 95 % intervals: patients drawn with replacement, all photographs of each together.\(spread)"
    )
    return lines.joined(separator: "\n")
  }

  private func text(_ score: Score?, format: String) -> String {
    guard let score else { return "not there" }
    func text(_ number: Double) -> String { String(format: format, number) }
    let interval = score.interval
    guard interval.value.isFinite else { return "undefined" }
    let value = text(interval.value) + (score.deviation.map { String(format: " ± %.3f", $0) } ?? "")
    guard interval.low.isFinite, interval.high.isFinite else { return value + " [undefined]" }
    return "\(value) [\(text(interval.low)), \(text(interval.high))]"
  }
}

extension [[String]] {
  /// Returns the rows of a table in which all columns are aligned. Columns beyond `width` characters follow
  /// below, each part with the first column.
  fileprivate func aligned(within width: Int) -> [String] {
    func part(_ columns: Range<Int>) -> [String] {
      map { row in [row[0]] + row[columns] }.aligned()
    }
    let columns = first?.count ?? 0
    var (lines, start) = ([String](), 1)
    repeat {
      var end = columns
      while end > start + 1, part(start..<end).contains(where: { $0.count > width }) { end -= 1 }
      lines += (lines.isEmpty ? [] : [""]) + part(start..<end)
      start = end
    } while start < columns
    return lines
  }
}
