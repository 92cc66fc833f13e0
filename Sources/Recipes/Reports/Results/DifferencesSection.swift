extension ResultSections {
  /// The paired differences of branches: plots of those on all labels, and a table of the others.
  func differences(in kinds: [MetricKind]) -> [Markup] {
    let all = run.results.differences
    if all.isEmpty { return [] }
    let names = Set(onAllLabels.map(\.results.name))
    let main = all.filter { names.contains($0.of) && names.contains($0.over) }
    let others = all.filter { !names.contains($0.of) || !names.contains($0.over) }
    let isTested = all.contains { difference in kinds.contains { difference.test(of: $0) != nil } }
    var content: [Markup] =
      [.tag("h3", [:], "Paired differences")]
      + .paragraphs(
        "How to read the plots: right of the vertical line at zero the first of two branches has the higher"
          + " value; an interval without zero is unlikely to be chance alone. Both were scored on the same"
          + " patients and resamples. Of many comparisons some differ by chance, so decide on one before the"
          + " run.",
        isTested
          ? "p-values are those of a permutation test in which the branches change sides for whole patients,"
            + " adjusted for the number of differences (Holm)." : "")
    if !main.isEmpty {
      content.append(
        Figure.grid(
          kinds.compactMap { kind in
            let rows = main.compactMap { ResultSections.row($0, kind) }
            if rows.isEmpty { return nil }
            return ForestPlot(
              id: "difference-\(kind.key)", title: "Difference: \(kind.heading)", rows: rows,
              axis: ChartAxis(kind.title), format: .signed(3), reference: 0
            ).figure
          }))
    }
    if !others.isEmpty {
      let table = DataTable(
        "Paired differences with 95 % intervals", header: ["difference"] + kinds.map(\.title),
        rows: others.map { difference in
          [.text(ResultSections.name(of: difference))]
            + kinds.map { kind in
              guard let row = ResultSections.row(difference, kind) else { return .text("not there") }
              return .number(
                [NumberFormat.signed(3)(row.interval), row.note].filter { !$0.isEmpty }
                  .joined(separator: ", "))
            }
        })
      content.append(
        .folded("The other \(others.count.of("difference")), with shares of the labels", [table.markup]))
    }
    return content
  }

  private static func row(_ difference: Results.Difference, _ kind: MetricKind) -> ForestPlot.Row? {
    difference[kind].map { score in
      ForestPlot.Row(
        label: ResultSections.name(of: difference), interval: score.interval,
        repetitions: score.repetitions.map { $0 ?? .nan },
        note: difference.test(of: kind).map { ResultSections.text(pValue: $0.adjusted) } ?? "")
    }
  }

  private static func name(of difference: Results.Difference) -> String {
    [difference.of, difference.over].map { $0.shortened(to: ReportBranch.letters) }.joined(
      separator: " over ")
  }

  /// Returns the text of a p-value.
  static func text(pValue: Double) -> String {
    pValue < 0.001 ? "p < 0.001" : "p = " + NumberFormat.decimals(3)(pValue)
  }
}
