extension ResultSections {
  /// The coverage and size of prediction sets that were calibrated on validation.
  var conformalSets: ReportSection {
    let title = "Sets of possible classes"
    let id = "results-conformal"
    guard branches.contains(where: { !$0.test.isEmpty }) else {
      return ReportSection(id, title, .paragraphs(ResultSections.needsPredictions))
    }
    let bootstrap = Bootstrap(seed: run.results.seed)
    let calibrated = mainFirst.compactMap { branch in
      ConformalBranch(branch, coverage: options.coverage, bootstrap: bootstrap)
    }
    guard let first = calibrated.first else {
      return ReportSection(
        id, title,
        .paragraphs(
          "There are no probabilities on validation photographs, on which the sets are calibrated."))
    }
    let stated = NumberFormat.percent(0)(options.coverage)
    var content: [Markup] = .paragraphs(
      "How to read this: instead of one class, a set of all classes that are probable enough is given for a"
        + " photograph. How probable is chosen on validation such that for new patients like those of"
        + " validation the set has the right class with a probability of at least \(stated). Sets of few"
        + " classes are useful, those of many say that the classifier does not know. The coverage holds on"
        + " the whole, not for each class: a class far left of the vertical line is often missing.",
      first.predictor.threshold == 0
        ? "Validation has too few patients for this coverage, so the sets have all classes." : "",
      first.isRepeated ? ResultSections.firstRepetition : "")
    content.append(
      DataTable(
        "Prediction sets on test, with 95 % intervals; patients count equally",
        header: ["branch", "stated coverage", "coverage on test", "mean size", "empty", "with all classes"],
        rows: calibrated.map(\.row)
      ).markup)
    let rows = classes.indices.compactMap { one -> ForestPlot.Row? in
      first.coverage(ofClass: one, bootstrap).map { own in
        ForestPlot.Row(
          label: classes[one], interval: own.coverage,
          note: "mean size \(NumberFormat.decimals(1)(own.size.value))")
      }
    }
    let plot = ForestPlot(
      id: "conformal-classes", title: "Coverage by class: \(first.name)", rows: rows,
      axis: ChartAxis("coverage", range: 0...1), reference: options.coverage)
    content.append(.tag("div", ["class": "grid"], [plot.figure.markup, first.sizes.markup]))
    return ReportSection(id, title, content)
  }
}

/// The prediction sets of a branch's first repetition.
private struct ConformalBranch {
  let name: String
  let predictor: ConformalPredictor
  let isRepeated: Bool
  private let test: ScoredPhotographs
  private let result: ConformalCoverage

  /// Nil without probabilities on validation and test.
  init?(_ branch: ReportBranch, coverage: Double, bootstrap: Bootstrap) {
    guard let validation = branch.validation.first, let test = branch.test.first,
      let predictor = ConformalPredictor(calibrating: validation.predictions, coverage: coverage)
    else { return nil }
    (name, self.predictor, self.test, isRepeated) = (branch.name, predictor, test, branch.test.count > 1)
    result = ConformalCoverage(of: predictor, on: test.predictions, bootstrap: bootstrap)
  }

  var row: [DataTable.Cell] {
    [
      .text(name), .number(NumberFormat.percent(0)(result.guaranteed)), result.coverage.cell,
      result.size.cell, .number(NumberFormat.count(result.empty)), .number(NumberFormat.count(result.whole)),
    ]
  }

  /// Returns the coverage of one class's photographs; nil if there are none.
  func coverage(ofClass one: Int, _ bootstrap: Bootstrap) -> ConformalCoverage? {
    test.part(test.predictions.labels.indices.filter { test.predictions.labels[$0] == one }).map {
      ConformalCoverage(of: predictor, on: $0.predictions, bootstrap: bootstrap)
    }
  }

  /// The photographs by the size of their set.
  var sizes: DataTable {
    let all = Double(max(1, result.photographs))
    let last = result.sizes.lastIndex { $0 > 0 } ?? 0
    return DataTable(
      "Photographs by the size of their set: \(name)", header: ["classes in the set", "photographs"],
      rows: result.sizes.prefix(last + 1).enumerated().map { size, count in
        [
          .text("\(size)"),
          .bar(
            "\(NumberFormat.count(count)) (\(NumberFormat.percent(0)(Double(count) / all)))",
            length: Double(count) / all),
        ]
      })
  }
}
