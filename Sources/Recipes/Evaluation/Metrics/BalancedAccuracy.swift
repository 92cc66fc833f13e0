/// Balanced accuracy: the mean over classes of the fraction of their samples classified correctly (mean
/// sensitivity).
///
/// Classes without samples are skipped, also those missing from a resample.
public struct BalancedAccuracy: Metric {
  private let classes: Int
  private let labels: [Int]
  private let hits: [Bool]

  /// Computes the balanced accuracy of the predictions.
  public init(_ predictions: Predictions) {
    classes = predictions.classes
    labels = predictions.labels
    hits = (0..<predictions.count).map { predictions.rank(ofSample: $0) == 0 }
  }

  /// The number of samples.
  public var count: Int { labels.count }

  /// Returns the accuracy of a set in which sample `i` occurs `times[i]` times; nil for an empty one.
  public func value(counting times: [Int]) -> Double? {
    var right = [Int](repeating: 0, count: classes)
    var all = right
    for sample in labels.indices {
      all[labels[sample]] += times[sample]
      if hits[sample] { right[labels[sample]] += times[sample] }
    }
    return mean(zip(right, all).compactMap { $1 > 0 ? Double($0) / Double($1) : nil })
  }
}

/// Returns the mean of the values, or nil if there are none.
func mean(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}

extension MetricKind {
  /// Balanced accuracy: the mean over classes of the fraction classified correctly.
  public static let balanced = MetricKind("balanced", title: "balanced") { BalancedAccuracy($0) }
}
