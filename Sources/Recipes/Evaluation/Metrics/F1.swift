/// The macro-averaged F1 score, the harmonic mean of precision and sensitivity: `2 TP / (2 TP + FP + FN)`, as
/// scikit-learn's `f1_score(average: "macro")` computes it.
///
/// A class without hits has an F1 of 0; a class that is neither a label nor a prediction is skipped.
public struct F1: Metric {
  private let classes: Int
  private let labels: [Int]
  private let predicted: [Int]

  /// Computes the macro-averaged F1 of the predictions.
  public init(_ predictions: Predictions) {
    classes = predictions.classes
    labels = predictions.labels
    predicted = (0..<predictions.count).map { predictions.predictedClass(ofSample: $0) }
  }

  /// The number of samples.
  public var count: Int { labels.count }

  /// Returns the F1 of a set in which sample `i` occurs `times[i]` times; nil for an empty one.
  public func value(counting times: [Int]) -> Double? {
    var hits = [Int](repeating: 0, count: classes)
    var named = hits  // labels and predictions: 2 TP + FP + FN
    for (sample, times) in times.enumerated() {
      named[labels[sample]] += times
      named[predicted[sample]] += times
      if labels[sample] == predicted[sample] { hits[labels[sample]] += times }
    }
    return mean(zip(hits, named).compactMap { $1 > 0 ? Double(2 * $0) / Double($1) : nil })
  }
}

extension MetricKind {
  /// Macro-averaged F1: the mean over classes of the harmonic mean of precision and sensitivity.
  public static let f1 = MetricKind("f1", title: "F1") { F1($0) }
}
