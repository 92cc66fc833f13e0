extension ResultSections {
  /// Results by the share of labels; nil for a run with one share.
  var labelShares: ReportSection? {
    let series = LabelSeries.all(of: branches)
    if series.isEmpty { return nil }
    let kinds = [MetricKind.top1, .balanced, .auc, .f1].filter { kind in
      branches.contains { $0.results[kind] != nil }
    }
    let figures = kinds.map { kind in
      let chart = XYChart(
        "labels-\(kind.key)", title: "\(kind.heading) by share of labels",
        x: ChartAxis("share of labels (%)", isLogarithmic: true, format: .digits(3)),
        y: ChartAxis(kind.title),
        series: series.map { series in
          XYChart.Series(
            series.name.shortened(to: ReportBranch.letters), .intervals,
            series.points.compactMap { point in
              branches[point.branch].results[kind].map { score in
                XYChart.Point(
                  point.share * 100, score.value, low: score.interval.low, high: score.interval.high)
              }
            })
        }, width: 340, height: 260)
      return chart.figure
    }
    return ReportSection(
      "results-labels", "Results by share of labels",
      .paragraphs(
        "How to read the curves: the further to the right, the larger the share of the labelled training"
          + " patients that classifiers learned from, on a logarithmic axis; vertical lines are 95 %"
          + " intervals. A branch that is higher at the left needs fewer labels.")
        + [Figure.grid(figures)])
  }
}
