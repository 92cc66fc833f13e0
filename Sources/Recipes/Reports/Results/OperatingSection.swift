extension ResultSections {
  /// What thresholds that were chosen on validation do on test, by class.
  var operatingPoints: ReportSection {
    let title = "Thresholds for one class"
    let id = "results-operating"
    guard let main, let test = main.test.first else {
      return ReportSection(id, title, .paragraphs(ResultSections.needsPredictions))
    }
    guard let validation = main.validation.first else {
      return ReportSection(
        id, title,
        .paragraphs("There are no scores on validation photographs, on which thresholds are chosen."))
    }
    var content: [Markup] = .paragraphs(
      "How to read the plots: for each class a threshold on its probability was chosen on validation; a"
        + " photograph that reaches it counts as positive for the class, whatever the others score. A point"
        + " is what the threshold does on test, where sensitivity and specificity may be lower or higher than"
        + " on validation. Positive and negative predictive values (PPV, NPV) hold for classes that are as"
        + " frequent as in test.",
      "These are the results of \(main.name).", main.test.count > 1 ? ResultSections.firstRepetition : "")
    let patients = ResultSections.supports(of: validation).map(\.patients)
    for (place, target) in options.targets.enumerated() {
      let points = classes.indices.map { one in
        OperatingPoint(
          of: one, reaching: target, on: validation.predictions, test: test.predictions,
          bootstrap: Bootstrap(seed: run.results.seed))
      }
      content.append(.tag("h3", [:], target.heading))
      content += part(points, place: place, patients: patients)
    }
    return ReportSection(id, title, content)
  }

  private func part(
    _ points: [OperatingPoint?], place: Int, patients: [Int]
  ) -> [Markup] {
    let chosen = points.indices.filter { points[$0] != nil }
    let missing = points.indices.filter { points[$0] == nil }.map { classes[$0] }
    let few = chosen.filter { patients[$0] < SubgroupResults.fewPatients }.map { classes[$0] }
    var content: [Markup] = .paragraphs(
      missing.isEmpty
        ? ""
        : "Validation has no photograph of \(missing.quoted), or none of another class, so there is no"
          + " threshold to choose.",
      few.isEmpty
        ? ""
        : "Validation has fewer than \(SubgroupResults.fewPatients) patients of \(few.quoted): such a"
          + " threshold may miss its aim by far.")
    if chosen.isEmpty { return content }
    let table = DataTable(
      "Thresholds chosen on validation, with rates on test and 95 % intervals",
      header: [
        "class", "patients in validation", "threshold", "sensitivity there", "specificity there",
        "sensitivity on test", "specificity on test", "PPV on test", "NPV on test",
      ],
      rows: chosen.compactMap { one in
        points[one].map { row(of: one, $0, patients: patients[one]) }
      })
    let plots: [(String, String, (OperatingPoint) -> Interval)] = [
      ("Sensitivity", "sensitivity", { $0.test.sensitivity }),
      ("Specificity", "specificity", { $0.test.specificity }),
    ]
    content.append(
      Figure.grid(
        plots.map { heading, key, rate in
          ForestPlot(
            id: "operating-\(place)-\(key)", title: "\(heading) on test",
            rows: chosen.compactMap { one in
              points[one].map { ForestPlot.Row(label: classes[one], interval: rate($0)) }
            }, axis: ChartAxis(heading, range: 0...1)
          ).figure
        }))
    content.append(.folded("All rates", [table.markup]))
    return content
  }

  private func row(of one: Int, _ point: OperatingPoint, patients: Int) -> [DataTable.Cell] {
    let format = NumberFormat.decimals(3)
    return [
      .text(classes[one]), .number(NumberFormat.count(patients)),
      // Above all scores if no photograph may be positive.
      .number(point.threshold.isFinite ? NumberFormat.digits(3)(point.threshold) : "above all"),
      .number(format(point.validation.sensitivity)), .number(format(point.validation.specificity)),
      point.test.sensitivity.cell, point.test.specificity.cell, point.test.positivePredictiveValue.cell,
      point.test.negativePredictiveValue.cell,
    ]
  }
}

extension OperatingPoint.Target {
  /// What was asked for, as a heading.
  fileprivate var heading: String {
    switch self {
    case .sensitivity(let wanted): "Sensitivity of at least \(NumberFormat.digits(3)(wanted)) on validation"
    case .specificity(let wanted): "Specificity of at least \(NumberFormat.digits(3)(wanted)) on validation"
    }
  }
}
