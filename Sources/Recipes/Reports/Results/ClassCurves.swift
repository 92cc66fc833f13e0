/// The ROC and precision-recall curves of one class, with a line for each repetition of each branch.
struct ClassCurves: Sendable {
  private let place: Int
  private let name: String
  private let branches: [ReportBranch]

  /// The curves of the class at `place` of `name`, for branches with scores on test.
  init(ofClass place: Int, named name: String, branches: [ReportBranch]) {
    (self.place, self.name, self.branches) = (place, name, branches)
  }

  private static let size = (width: 250.0, height: 230.0)
  private static let thinned = CurveThinning(scale: (size.width, size.height))

  /// The ROC curves; nil if the test has no photograph of the class or none of another.
  var roc: Figure? {
    let curves = branches.map { $0.test.compactMap { ROCCurve(of: $0.predictions, class: place) } }
    let specificities = [0.8, 0.9, 0.95]
    return figure(
      "roc", title: "ROC: \(name)", x: "1 − specificity", y: "sensitivity", hasDiagonal: true,
      lines: curves.map { own in
        own.map { curve in curve.points.map { XYChart.Point($0.falsePositiveRate, $0.sensitivity) } }
      },
      areas: curves.map { $0.map(\.area) }, area: "AUC",
      columns: specificities.map { "sensitivity at specificity \(NumberFormat.digits(2)($0))" },
      cells: curves.map { own in
        specificities.map { specificity in
          mean(
            own.map { curve in
              curve.points.last { 1 - $0.falsePositiveRate >= specificity - 1e-12 }?.sensitivity ?? 0
            })
        }
      })
  }

  /// The precision-recall curves; nil if the test has no photograph of the class.
  var precisionRecall: Figure? {
    let curves = branches.map {
      $0.test.compactMap { PrecisionRecallCurve(of: $0.predictions, class: place) }
    }
    let sensitivities = [0.5, 0.8, 0.9]
    return figure(
      "pr", title: "Precision and recall: \(name)", x: "sensitivity (recall)", y: "precision",
      references: curves.first?.first.map { [.init("", at: $0.prevalence)] } ?? [],
      lines: curves.map { own in
        own.map { curve in
          ClassCurves.steps(curve.points.map { XYChart.Point($0.sensitivity, $0.precision) })
        }
      },
      areas: curves.map { $0.map(\.averagePrecision) }, area: "AP",
      columns: sensitivities.map { "precision at sensitivity \(NumberFormat.digits(2)($0))" },
      cells: curves.map { own in
        sensitivities.map { sensitivity in
          mean(
            own.map { curve in
              curve.points.filter { $0.sensitivity >= sensitivity - 1e-12 }.map(\.precision).max() ?? 0
            })
        }
      })
  }

  private func figure(
    _ kind: String, title: String, x: String, y: String, hasDiagonal: Bool = false,
    references: [XYChart.Reference] = [], lines: [[[XYChart.Point]]], areas: [[Double]], area: String,
    columns: [String], cells: [[Double?]]
  ) -> Figure? {
    guard areas.contains(where: { !$0.isEmpty }) else { return nil }
    let format = NumberFormat.decimals(3)
    let numbers = zip(branches, areas).map { branch, own in
      "\(branch.name): \(area) \(mean(own).map { format($0) } ?? "undefined")"
    }
    let chart = XYChart(
      "\(kind)-\(place)", title: title, x: .fraction(x), y: .fraction(y),
      series: lines.enumerated().flatMap { branch, own in
        own.map { XYChart.Series(numbers[branch], .line, ClassCurves.thinned($0), color: branch) }
      }, references: references, hasDiagonal: hasDiagonal, width: ClassCurves.size.width,
      height: ClassCurves.size.height)
    return Figure(
      chart.id, title: title, description: "\(y) by \(x). " + numbers.joined(separator: "; ") + ".",
      width: chart.width, height: chart.height, drawing: XYPlot(of: chart).drawing,
      legend: numbers.enumerated().map { Figure.Key($1, color: $0) },
      table: DataTable(
        title, header: ["branch", area] + columns,
        rows: branches.indices.map { branch in
          [.text(branches[branch].name), .number(mean(areas[branch]).map { format($0) } ?? "undefined")]
            + cells[branch].map { .number($0.map { format($0) } ?? "undefined") }
        }))
  }

  /// Returns a line that keeps a value up to the next point.
  private static func steps(_ points: [XYChart.Point]) -> [XYChart.Point] {
    var result: [XYChart.Point] = []
    for point in points {
      if let last = result.last { result.append(.init(point.x, last.y)) }
      result.append(point)
    }
    return result
  }
}
