extension ResultSections {
  /// The results of each class against the rest.
  var perClass: ReportSection {
    let title = "Results by class"
    let names = classes
    let shown = mainFirst.filter { $0.results.perClass.count == names.count && !names.isEmpty }
    guard let first = shown.first else {
      return ReportSection(
        "results-classes", title,
        .paragraphs(
          "The results have no numbers by class, as an earlier version made them. Run the program again on"
            + " the folder for this section."))
    }
    var content: [Markup] = .paragraphs(
      "How to read the table: a row is one class against the rest, on test. Sensitivity is the share of the"
        + " class that was recognized, specificity the share of the rest that was not taken for it, precision"
        + " the share of what was taken for it that is right; AUC and average precision (AP) do not depend on"
        + " a threshold. Classes of fewer than \(SubgroupResults.fewPatients) patients have few to tell from:"
        + " their intervals are wide, and where all patients are right or all are wrong they have no width.")
    content.append(ResultSections.table(of: first, names).markup)
    content.append(
      Figure.grid(
        [ClassMeasure.sensitivity, .precision].map { measure in
          ForestPlot(
            id: "class-\(measure.rawValue)", title: "\(measure.title.text) by class: \(first.name)",
            rows: zip(names, first.results.perClass).map { name, metrics in
              ForestPlot.Row(
                label: name, interval: metrics[measure],
                note: metrics.patients < SubgroupResults.fewPatients ? metrics.patients.of("patient") : "")
            }, axis: ChartAxis(measure.title.text, range: 0...1)
          ).figure
        }))
    content += shown.dropFirst().map {
      .folded("Results by class of \($0.name)", [ResultSections.table(of: $0, names).markup])
    }
    return ReportSection("results-classes", title, content)
  }

  private static func table(of branch: ReportBranch, _ names: [String]) -> DataTable {
    DataTable(
      "\(branch.name): each class against the rest, with 95 % intervals",
      header: ["class", "photographs", "patients"] + ClassMeasure.allCases.map(\.title.column) + ["remark"],
      rows: zip(names, branch.results.perClass).map { name, metrics in
        [
          .text(name), .number(NumberFormat.count(metrics.photographs)),
          .number(NumberFormat.count(metrics.patients)),
        ] + ClassMeasure.allCases.map { metrics[$0].cell } + [.text(remark(metrics))]
      })
  }

  private static func remark(_ metrics: ClassMetrics) -> String {
    if metrics.photographs == 0 { return "not in test" }
    return metrics.patients < SubgroupResults.fewPatients ? "few patients" : ""
  }
}

extension ClassMeasure {
  /// Its name in a heading and in a column.
  var title: (text: String, column: String) {
    switch self {
    case .sensitivity: ("Sensitivity", "sensitivity")
    case .specificity: ("Specificity", "specificity")
    case .precision: ("Precision", "precision")
    case .f1: ("F1", "F1")
    case .auc: ("AUC", "AUC")
    case .averagePrecision: ("Average precision", "AP")
    }
  }
}
