extension ResultSections {
  /// A training with different shares of the labels.
  struct LabelSeries: Sendable, Equatable {
    let name: String
    /// The shares, ascending, with the places of their branches.
    let shares: [(share: Double, branch: Int)]

    static func == (one: LabelSeries, other: LabelSeries) -> Bool {
      one.name == other.name && one.shares.elementsEqual(other.shares) { $0 == $1 }
    }
  }

  /// The trainings with at least two shares of the labels. Branches belong together if their names are equal
  /// without the words about labels, such as `SimCLR` and `SimCLR, 10 % of labels`.
  var labelSeries: [LabelSeries] {
    var series: [(name: String, shares: [(share: Double, branch: Int)])] = []
    for (place, branch) in branches.enumerated() {
      guard let share = branch.share else { continue }
      let name = ResultSections.withoutShare(branch.name)
      if let known = series.firstIndex(where: { $0.name == name }) {
        series[known].shares.append((share, place))
      } else {
        series.append((name, [(share, place)]))
      }
    }
    return series.filter { Set($0.shares.map(\.share)).count > 1 }.map { name, shares in
      LabelSeries(name: name, shares: shares.sorted { ($0.share, $0.branch) < ($1.share, $1.branch) })
    }
  }

  /// Returns a name without its words about labels.
  static func withoutShare(_ name: String) -> String {
    let own = name.replacing(/[,(]?\s*[0-9.]+\s*%\s*of\s+(the\s+)?labels\)?/, with: "")
      .trimmingPrefix(/[\s,]+/)
    return own.isEmpty ? name : String(own)
  }

  /// Results by the share of labels; nil for a run with one share.
  var labelShares: ReportSection? {
    let series = labelSeries
    if series.isEmpty { return nil }
    let kinds = [MetricKind.top1, .balanced, .auc, .f1].filter { kind in
      branches.contains { $0.results[kind] != nil }
    }
    let figures = kinds.map { kind in
      let chart = XYChart(
        "labels-\(kind.key)", title: "\(kind.title) by share of labels",
        x: ChartAxis("share of labels (%)", isLogarithmic: true, format: .digits(3)),
        y: ChartAxis(kind.title),
        series: series.map { series in
          XYChart.Series(
            series.name, .intervals,
            series.shares.compactMap { share, branch in
              branches[branch].results[kind].map { score in
                XYChart.Point(
                  share * 100, score.value, low: score.interval.low, high: score.interval.high)
              }
            })
        }, width: 340, height: 260)
      return chart.figure
    }
    return ReportSection(
      "results-labels", "Results by share of labels",
      .paragraphs(
        "How to read the curves: to the right classifiers learned from more of the labelled training patients,"
          + " on a logarithmic axis; vertical lines are 95 % intervals. A branch that is higher at the left"
          + " needs fewer labels.") + [Figure.grid(figures)])
  }
}
