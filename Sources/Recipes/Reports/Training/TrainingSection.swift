extension RunReport {
  /// How training went: a row of charts for each quantity, one for each stage, with its repetitions in one.
  var training: [ReportSection] {
    let curves = run.curves
    let charts = TrainingQuantity.allCases.flatMap { quantity -> [Markup] in
      let own = curves.filter { $0.points[quantity] != nil }
      guard !own.isEmpty else { return [] }
      return [
        .tag("h3", [:], quantity.title), .tag("p", ["class": "note"], quantity.meaning),
        .tag("div", ["class": "grid small"], RunReport.charts(of: quantity, own)),
      ]
    }
    let content = charts + accuracies(curves) + warnings + trials
    guard !content.isEmpty else { return [] }
    let stages = Set(curves.map(\.name)).count
    let intro =
      "What was measured after each epoch of the \(stages == 1 ? "stage" : "\(stages) stages"). Nothing here "
      + "was measured on test photographs."
    return [ReportSection("training", "How training went", [.tag("p", [:], intro)] + content)]
  }

  private static func charts(of quantity: TrainingQuantity, _ curves: [StageCurve]) -> [Markup] {
    var names: [String] = []
    for curve in curves where !names.contains(curve.name) { names.append(curve.name) }
    var range: ClosedRange<Double>?
    if quantity.isComparable {
      let values = curves.flatMap { $0.points[quantity] ?? [] }.map(\.y).filter(ChartAxis("").admits)
      if let low = values.min(), let high = values.max() { range = low...high }
    }
    let groups = Dictionary(grouping: curves, by: \.name)
    return names.enumerated().map { place, name in
      let own = groups[name] ?? []
      let series = own.enumerated().map { repetition, curve in
        XYChart.Series(
          own.count > 1 ? "repetition \(repetition + 1)" : name.shortened(to: 60), .line,
          curve.points[quantity] ?? [])
      }
      let collapse = quantity == .loss ? own.compactMap(\.collapse).first : nil
      return XYChart(
        "training-\(quantity)-\(place + 1)", title: name.shortened(to: 80), x: .count("epoch"),
        y: ChartAxis(quantity.axis, range: range, format: quantity == .rate ? .digits(2) : nil),
        series: series,
        references: collapse.map { [.init("identical embeddings", at: $0)] } ?? [], width: 300, height: 200
      ).figure.markup
    }
  }

  private func accuracies(_ curves: [StageCurve]) -> [Markup] {
    let own = curves.filter { $0.initial != nil || $0.last != nil || $0.probe != nil }
    guard !own.isEmpty else { return [] }
    let format = NumberFormat.percent(1)
    func text(_ accuracy: RepresentationAccuracy?) -> [DataTable.Cell] {
      [
        .number(accuracy.map { format($0.top1) } ?? "–"),
        .number(accuracy.map { format($0.balanced) } ?? "–"),
      ]
    }
    let measures = ["before training", "nearest neighbors, last", "linear probe"]
    return [
      .tag("h3", [:], "What the representations tell"),
      DataTable(
        "Accuracy on validation of simple classifiers on the frozen representation",
        header: ["Stage"] + measures.flatMap { ["\($0): top-1", "balanced"] },
        rows: own.map { curve in
          [.text(curve.title.shortened(to: 80))] + text(curve.initial) + text(curve.last) + text(curve.probe)
        }
      ).markup,
    ]
  }

  private var warnings: [Markup] {
    let warnings = run.history.warnings
    guard !warnings.isEmpty else { return [] }
    let shown = warnings.prefix(100).map { warning in
      Markup.tag(
        "p", ["class": "warning"],
        [
          .tag("strong", [:], warning.stage.shortened(to: 80) + ": "),
          .text(warning.text.shortened(to: 1000)),
        ])
    }
    let more = warnings.count - shown.count
    let further = "And \(NumberFormat.count(more)) more."
    let rest: [Markup] = more > 0 ? [.tag("p", ["class": "note"], further)] : []
    return [.tag("h3", [:], "Warnings")] + shown + rest
  }

  private var trials: [Markup] {
    let trials = run.history.trials
    guard !trials.isEmpty else { return [] }
    // The first of equal scores is chosen.
    var best: [String: (score: Double, place: Int)] = [:]
    for (place, trial) in trials.enumerated() where trial.score > best[trial.stage]?.score ?? -.infinity {
      best[trial.stage] = (trial.score, place)
    }
    let rows = trials.prefix(500).enumerated().map { place, trial -> [DataTable.Cell] in
      [
        .text(trial.stage.shortened(to: 80)), .text(trial.point.shortened(to: 200)),
        .text(trial.metric.shortened(to: 40)), .number(NumberFormat.decimals(3)(trial.score)),
        .text(place == best[trial.stage]?.place ? "chosen" : ""),
      ]
    }
    return [
      .tag("h3", [:], "Search"),
      DataTable(
        "Settings that were tried, with their score on validation",
        header: ["Stage", "Setting", "Metric", "Score", "Choice"], rows: rows
      ).markup,
    ]
  }
}
