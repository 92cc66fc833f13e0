extension ResultSections {
  /// The metrics of the branches and their paired differences, each with its interval.
  var metrics: ReportSection {
    let kinds = MetricKind.all.filter { kind in branches.contains { $0.results[kind] != nil } }
    let isRepeated = branches.contains { $0.results.scores.repetitions > 1 }
    var content: [Markup] = .paragraphs(
      "Each branch was scored on the same test patients. Intervals cover 95 %: patients were drawn with"
        + " replacement, all photographs of each together."
        + (isRepeated ? " A training was repeated; values are means over the repetitions." : ""))
    content.append(
      DataTable(
        "Metrics on test, with 95 % intervals", header: ["branch"] + kinds.map(\.title),
        rows: branches.map { branch in
          [.text(branch.name)] + kinds.map { branch.results[$0]?.interval.cell ?? .text("not there") }
        }
      ).markup)
    content += .paragraphs(
      "How to read the plots: a point is the value, the line through it the interval"
        + (isRepeated ? ", small points below it the single repetitions" : "")
        + ". Whether two branches differ is told by their paired difference and not by whether their lines"
        + " overlap.")
    content.append(
      Figure.grid(
        kinds.map { kind in
          ForestPlot(
            id: "metric-\(kind.key)", title: kind.title,
            rows: branches.compactMap { branch in
              branch.results[kind].map { ResultSections.row(branch.name, $0) }
            }, axis: ChartAxis(kind.title)
          ).figure
        }))
    content += differences(in: kinds)
    return ReportSection("results-metrics", "Metrics", content)
  }

  private func differences(in kinds: [MetricKind]) -> [Markup] {
    let differences = run.results.differences
    if differences.isEmpty { return [] }
    let own: [Markup] =
      [.tag("h3", [:], "Paired differences")]
      + .paragraphs(
        "How to read the plots: right of the vertical line at zero the first of two branches has the higher"
          + " value; an interval that does not contain zero is unlikely to be chance alone. Both were"
          + " scored on the same patients and resamples. Many comparisons find some difference by chance:"
          + " decide on one before the run.")
    let plots = kinds.compactMap { kind -> Figure? in
      let rows = differences.compactMap { difference in
        difference[kind].map { ResultSections.row("\(difference.of) over \(difference.over)", $0) }
      }
      if rows.isEmpty { return nil }
      return ForestPlot(
        id: "difference-\(kind.key)", title: "Difference in \(kind.title)", rows: rows,
        axis: ChartAxis(kind.title), format: .signed(3), reference: 0
      ).figure
    }
    return own + [Figure.grid(plots)]
  }

  private static func row(_ label: String, _ score: Score) -> ForestPlot.Row {
    ForestPlot.Row(
      label: label, interval: score.interval, repetitions: score.repetitions.map { $0 ?? .nan })
  }
}
