extension ResultSections {
  /// Results by the subgroups that were asked for; nil if none were.
  var subgroups: ReportSection? {
    if options.subgroups.isEmpty { return nil }
    let title = "Results by subgroup"
    guard let table = run.photographs, let main, !main.test.isEmpty else {
      return ReportSection("results-subgroups", title, .paragraphs(ResultSections.needsPredictions))
    }
    let few = SubgroupResults.fewPatients
    var content: [Markup] = .paragraphs(
      "How to read the plots: each row has the test photographs with one value of a column; a point is the"
        + " value of the metric, the line its 95 % interval. Groups differ in their classes and difficulty"
        + " too, and of many groups some are low by chance: a difference is a question, not an answer. Groups"
        + " of fewer than \(few) patients are marked, as little can be said of them.")
    // The baseline beside it shows whether pretraining helps each group.
    let baseline = onAllLabels.first.flatMap {
      $0.results.name == main.results.name || $0.test.isEmpty ? nil : $0
    }
    for (place, column) in options.subgroups.enumerated() {
      content.append(.tag("h3", [:], column))
      content += part(of: main, by: column, in: table, id: "subgroup-\(place)")
      if let baseline {
        content.append(
          .folded(
            "\(column) with \(baseline.name)",
            part(of: baseline, by: column, in: table, id: "subgroup-\(place)-baseline")))
      }
    }
    return ReportSection("results-subgroups", title, content)
  }

  private func part(
    of branch: ReportBranch, by column: String, in table: PhotographTable, id: String
  ) -> [Markup] {
    let kinds: [MetricKind] = [.top1, .balanced, .auc]
    let results = SubgroupResults(
      of: branch.test, by: column, in: table, metrics: kinds, bootstrap: Bootstrap(seed: run.results.seed))
    guard let results, !results.groups.isEmpty else {
      return .paragraphs("There are no groups of test photographs to compare.")
    }
    return [
      Figure.grid(
        kinds.map { kind in
          ForestPlot(
            id: "\(id)-\(kind.key)", title: "\(kind.heading) by \(column): \(branch.name)",
            rows: results.groups.map { group in
              ForestPlot.Row(
                label: group.name, interval: group[kind]?.interval ?? Interval(value: nil, resampled: []),
                repetitions: group[kind]?.repetitions.map { $0 ?? .nan } ?? [],
                note: "\(NumberFormat.count(group.photographs)) photographs, "
                  + group.patients.of("patient") + (group.isSmall ? ": few" : ""))
            }, axis: ChartAxis(kind.title, range: 0...1)
          ).figure
        })
    ] + ResultSections.remarks(on: results)
  }

  /// Sentences about groups that cannot tell much.
  private static func remarks(on results: SubgroupResults) -> [Markup] {
    let single = results.groups.filter { $0[.auc]?.value.isFinite == false }.map(\.name)
    let small = results.groups.filter(\.isSmall).map(\.name)
    let few = SubgroupResults.fewPatients
    return .paragraphs(
      small.isEmpty
        ? "" : "Fewer than \(few) patients, too few to conclude anything from: \(small.quoted).",
      single.isEmpty ? "" : "Photographs of one class only, so that the AUC is undefined: \(single.quoted).")
  }
}
