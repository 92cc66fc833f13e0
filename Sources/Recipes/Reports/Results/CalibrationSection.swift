extension ResultSections {
  /// How well probabilities agree with the share of right answers, before and after temperature scaling.
  var calibration: ReportSection {
    let title = "Are the probabilities right?"
    let shown = mainFirst.filter { !$0.test.isEmpty }
    guard !shown.isEmpty else {
      return ReportSection("results-calibration", title, .paragraphs(ResultSections.needsPredictions))
    }
    let calibrated = shown.compactMap { CalibratedBranch($0) }
    guard let first = calibrated.first else {
      return ReportSection(
        "results-calibration", title,
        .paragraphs("The scores are not probabilities, so there is nothing to calibrate."))
    }
    let bootstrap = Bootstrap(seed: run.results.seed)
    var content: [Markup] = .paragraphs(
      "How to read the diagrams: photographs are in bins by confidence, the probability of the class that was"
        + " predicted. On the dashed diagonal, of the photographs with a confidence of 80 % there are 80 %"
        + " right; below it the classifier is too sure, above it not sure enough. The expected calibration"
        + " error (ECE) is the mean distance from the diagonal, and not zero on few photographs even for a"
        + " perfect classifier; resampling raises it, so that its interval may lie above the value. The"
        + " histogram has the share of photographs by confidence.",
      calibrated.contains { $0.after == nil }
        ? "Without scores on validation there is no temperature; the numbers are those of the scores as they"
          + " are."
        : "Temperature scaling divides the logits by one number, fitted on validation photographs, and"
          + " changes no predicted class.",
      shown.contains { $0.test.count > 1 } ? ResultSections.firstRepetition : "")
    content.append(
      DataTable(
        "Calibration on test, with 95 % intervals",
        header: [
          "branch", "temperature", "ECE", "ECE scaled", "Brier", "Brier scaled", "log loss",
          "log loss scaled",
        ], rows: calibrated.map { $0.row(by: bootstrap) }
      ).markup)
    content.append(first.figures(0))
    content += calibrated.enumerated().dropFirst().map { place, branch in
      .folded("Diagrams of \(branch.name)", [branch.figures(place)])
    }
    return ReportSection("results-calibration", title, content)
  }

  /// A sentence for sections that show one classifier of several.
  static let firstRepetition =
    "Of a training that was repeated this is the first repetition, as each classifier has scores of its own."
}

/// The probabilities of a branch's first repetition on test, before and after temperature scaling.
private struct CalibratedBranch {
  let name: String
  private let before: Predictions
  private let scaling: TemperatureScaling?
  /// Nil without scores on validation.
  let after: Predictions?

  /// Nil if the scores are not probabilities.
  init?(_ branch: ReportBranch) {
    guard let test = branch.test.first?.predictions, test.areProbabilities else { return nil }
    (name, before) = (branch.name, test)
    let scaling = branch.validation.first.flatMap { TemperatureScaling(fitting: $0.predictions) }
    self.scaling = scaling
    after = scaling.map { $0(test) }
  }

  func row(by bootstrap: Bootstrap) -> [DataTable.Cell] {
    let metrics: [(Predictions) -> any Metric] = [
      { CalibrationError($0) }, { BrierScore($0) }, { LogLoss($0) },
    ]
    let temperature = scaling.map { NumberFormat.digits(3)($0.temperature) } ?? "no validation"
    return [.text(name), .number(temperature)]
      + metrics.flatMap { metric in
        [before, after].map { predictions in
          guard let predictions else { return .text("–") }
          return bootstrap.interval(of: metric(predictions), patients: predictions.patients).cell
        }
      }
  }

  /// The reliability diagram and the histogram.
  func figures(_ place: Int) -> Markup {
    let diagrams = [("as predicted", before), ("scaled", after)].compactMap { name, predictions in
      predictions.flatMap { ReliabilityDiagram(of: $0) }.map { (name: name, diagram: $0) }
    }
    let reliability = XYChart(
      "reliability-\(place)", title: "Reliability: \(name)", x: .fraction("confidence"),
      y: .fraction("share of right answers"),
      series: diagrams.map { name, diagram in
        XYChart.Series(
          "\(name): ECE \(NumberFormat.decimals(3)(diagram.expectedCalibrationError))", .intervals,
          diagram.bins.compactMap { bin in
            guard let confidence = bin.confidence, let accuracy = bin.accuracy else { return nil }
            return XYChart.Point(confidence, accuracy)
          })
      }, hasDiagonal: true, width: 340, height: 300)
    let histogram = XYChart(
      "confidence-\(place)", title: "Confidence: \(name)", x: .fraction("confidence"),
      y: ChartAxis("share of photographs", range: 0...0.1),
      series: diagrams.map { name, diagram in
        let all = Double(diagram.bins.reduce(0) { $0 + $1.count })
        let points = diagram.bins.map { XYChart.Point($0.low, Double($0.count) / all) }
        return XYChart.Series(name, .steps, points + [XYChart.Point(1, points.last?.y ?? 0)])
      }, width: 340, height: 300)
    return Figure.grid([reliability.figure, histogram.figure])
  }
}
