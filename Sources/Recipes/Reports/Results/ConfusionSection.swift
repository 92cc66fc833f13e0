extension ResultSections {
  /// The confusion matrix of each branch.
  var confusion: ReportSection {
    let shown = mainFirst.filter { !$0.test.isEmpty }
    let title = "Which classes are confused"
    guard let first = shown.first else {
      return ReportSection("results-confusion", title, .paragraphs(ResultSections.needsPredictions))
    }
    var content: [Markup] = .paragraphs(
      "How to read the matrix: a row has the photographs of one true class, a column those taken for one"
        + " class; the stronger the color of a cell, the larger its share of the row. Right answers are blue,"
        + " on the diagonal, and mistakes orange. A tie of scores counts against the classifier."
        + (first.test.count > 1 ? " Counts are sums over the repetitions of the training." : ""))
    content += matrix(of: first, place: 0)
    if shown.count > 1 {
      content += shown.enumerated().dropFirst().map { place, branch in
        .folded("Confusion matrix of \(branch.name)", matrix(of: branch, place: place))
      }
    }
    return ReportSection("results-confusion", title, content)
  }

  private func matrix(of branch: ReportBranch, place: Int) -> [Markup] {
    let figure = ConfusionFigure(
      branch.test.map { ConfusionMatrix($0.predictions) }, classes: classes)
    let most = figure.confusions.prefix(5).map { figure.sentence($0.actual, $0.predicted) }
    var content = [figure.markup("confusion-\(place)", title: "Confusion matrix of \(branch.name)")]
    if !most.isEmpty {
      content += [
        .tag("p", [:], "Confused most often:"),
        .tag("ol", [:], most.map { .tag("li", [:], $0) }),
      ]
    }
    return content
  }
}
