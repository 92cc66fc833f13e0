/// The macro-averaged area under the ROC curve, one class against the rest.
///
/// The area is the probability that a sample of the class scores higher than one of the rest, with ties
/// counted half (Mann and Whitney 1947). Classes without a sample, or with all of them, are skipped.
public struct MacroAUC: Metric {
  /// The number of samples.
  public let count: Int
  /// For each class that occurs, the samples in ascending order of score.
  private let orders: [ScoreOrder]

  /// Computes the macro-averaged area under the curve of the predictions.
  public init(_ predictions: Predictions) {
    count = predictions.count
    orders = Set(predictions.labels).sorted().map { ScoreOrder(of: predictions, class: $0) }
  }

  /// Returns the area of a set in which sample `i` occurs `times[i]` times; nil if all of it has one class.
  public func value(counting times: [Int]) -> Double? { mean(orders.compactMap { $0.area(counting: times) }) }
}

extension MetricKind {
  /// The area under the ROC curve of one class against the rest, averaged over classes.
  public static let auc = MetricKind("auc", title: "AUC") { MacroAUC($0) }
}
