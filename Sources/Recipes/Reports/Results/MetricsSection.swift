extension ResultSections {
  /// The metrics of the branches, each with its interval.
  var metrics: ReportSection {
    let kinds = MetricKind.all.filter { kind in branches.contains { $0.results[kind] != nil } }
    let isRepeated = branches.contains { $0.results.scores.repetitions > 1 }
    let shown = kinds.filter(MetricKind.shown.contains)
    let others = kinds.filter { !MetricKind.shown.contains($0) }
    var content: [Markup] = .paragraphs(
      "Each branch was scored on the same test patients. Intervals cover 95 %: patients were drawn with"
        + " replacement, all photographs of each together."
        + (isRepeated ? " A training was repeated; values are means over the repetitions." : ""))
    content.append(
      DataTable(
        "Metrics on test, with 95 % intervals", header: ["branch"] + (shown + others).map(\.title),
        rows: branches.map { branch in
          [.text(branch.name)]
            + (shown + others).map { branch.results[$0]?.interval.cell ?? .text("not there") }
        }
      ).markup)
    content += .paragraphs(
      "How to read the plots: a point is the value, the line through it the interval"
        + (isRepeated ? ", small points below it the single repetitions" : "")
        + ". Whether two branches differ is told by their paired difference below, and not by whether their"
        + " lines overlap.")
    content.append(Figure.grid(shown.map(plot)))
    if !others.isEmpty {
      content.append(
        .folded(
          "The same for " + others.map(\.title).joined(separator: ", "), [Figure.grid(others.map(plot))]))
    }
    return ReportSection("results-metrics", "Metrics", content + differences(in: shown))
  }

  private func plot(_ kind: MetricKind) -> Figure {
    let rows = branches.compactMap { branch in
      branch.results[kind].map { score in
        ForestPlot.Row(
          label: branch.name, interval: score.interval, repetitions: score.repetitions.map { $0 ?? .nan })
      }
    }
    return ForestPlot(
      id: "metric-\(kind.key)", title: kind.heading, rows: rows,
      axis: kind.axis(covering: rows.map(\.interval))
    ).figure
  }
}
