extension ResultSections {
  /// The most branches whose curves are drawn in one figure.
  private static let lines = 5
  /// The most classes whose curves are shown at once.
  private static let panels = 8

  /// The ROC and precision-recall curves of each class.
  var curves: ReportSection {
    let title = "ROC and precision by class"
    let all = onAllLabels.filter { !$0.test.isEmpty }
    guard !all.isEmpty else {
      return ReportSection("results-curves", title, .paragraphs(ResultSections.needsPredictions))
    }
    let drawn = all.suffix(ResultSections.lines)
    let curves = classes.indices.map { ClassCurves(ofClass: $0, named: classes[$0], branches: Array(drawn)) }
    let missing = classes.indices.filter { supports[$0].photographs == 0 }.map { classes[$0] }
    var content: [Markup] = .paragraphs(
      "How to read the curves: each threshold on the score of a class gives one point, one class against the"
        + " rest. ROC curves are better the closer they come to the upper left corner; the dashed diagonal is"
        + " guessing. Precision-recall curves are better the closer they come to the upper right corner; the"
        + " dashed line is the share of the class, the precision of guessing.",
      drawn.count < branches.count
        ? "Lines are those of \(drawn.count.of("branch", plural: "branches")) on all labels: "
          + drawn.map(\.name).joined(separator: ", ") + "." : "",
      drawn.contains { $0.test.count > 1 }
        ? "Each repetition of a training has a line of its own; areas are means over them." : "",
      missing.isEmpty ? "" : "Without a photograph in test, and so without curves: \(missing.quoted).")
    content.append(.tag("h3", [:], "ROC curves"))
    content += panels(curves.map(\.roc))
    content.append(.tag("h3", [:], "Precision-recall curves"))
    content += panels(curves.map(\.precisionRecall))
    return ReportSection("results-curves", title, content)
  }

  /// Figures of the classes: those with the most photographs at once, the others folded.
  private func panels(_ figures: [Figure?]) -> [Markup] {
    let shown = figures.indices.filter { figures[$0] != nil }
    if shown.isEmpty {
      return .paragraphs("All photographs of test have one class, so there is no curve to draw.")
    }
    let frequent = Set(
      shown.sorted { (supports[$1].photographs, $0) < (supports[$0].photographs, $1) }
        .prefix(shown.count > ResultSections.panels + 1 ? ResultSections.panels : shown.count))
    let others = shown.filter { !frequent.contains($0) }.compactMap { figures[$0] }
    let first = grid(shown.filter(frequent.contains).compactMap { figures[$0] })
    return [first]
      + (others.isEmpty
        ? [] : [.folded("The \(others.count) classes with fewer photographs", [grid(others)])])
  }

  private func grid(_ figures: [Figure]) -> Markup {
    .tag("div", ["class": "grid small"], figures.map(\.markup))
  }
}
