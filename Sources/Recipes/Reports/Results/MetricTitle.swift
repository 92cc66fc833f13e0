extension MetricKind {
  private static let titles: [String: String] = [
    "top1": "Top-1 accuracy", "top3": "Top-3 accuracy", "balanced": "Balanced accuracy", "f1": "Macro F1",
    "auc": "Macro AUC", "specificity": "Macro specificity", "precision": "Macro precision",
    "weightedF1": "Weighted F1", "averagePrecision": "Macro average precision", "brier": "Brier score",
    "logLoss": "Log loss", "ece": "Calibration error (ECE)",
  ]

  /// Its name above a plot, which says so if less is better.
  var heading: String { (MetricKind.titles[key] ?? title) + (isLoss ? ", less is better" : "") }

  /// Those that are shown first.
  static let shown: [MetricKind] = [
    .top1, .balanced, .auc, .f1, .averagePrecision, .brier, .calibrationError,
  ]

  /// Returns an axis for some values; rates that are all high, such as areas of 1, do not go beyond 1.
  func axis(covering intervals: [Interval]) -> ChartAxis {
    let least = intervals.flatMap { [$0.value, $0.low] }.filter(\.isFinite).min() ?? 0
    return ChartAxis(title, range: !isLoss && least >= 0.9 ? 0.9...1 : nil)
  }
}
