/// Top-k accuracy: the fraction of samples with their label among the k classes with the highest scores; ties
/// count as misses.
public struct TopAccuracy: Metric {
  private let hits: [Bool]

  /// Computes the top-k accuracy of the predictions.
  ///
  /// - Parameters:
  ///   - predictions: The predictions.
  ///   - k: The number of highest scores among which the label counts as found.
  public init(_ predictions: Predictions, k: Int) {
    contract(k > 0, "top-k accuracy needs a k of at least 1, not \(k)")
    hits = (0..<predictions.count).map { predictions.rank(ofSample: $0) < k }
  }

  /// The number of samples.
  public var count: Int { hits.count }

  /// Returns the accuracy of a set in which sample `i` occurs `times[i]` times; nil for an empty one.
  ///
  /// - Parameter times: How often each sample occurs, `[samples]`; 0 leaves it out.
  public func value(counting times: [Int]) -> Double? {
    var right = 0
    var all = 0
    for (hit, times) in zip(hits, times) {
      all += times
      if hit { right += times }
    }
    return all > 0 ? Double(right) / Double(all) : nil
  }
}

extension MetricKind {
  /// The fraction of photographs classified correctly.
  public static let top1 = MetricKind("top1", title: "top-1") { TopAccuracy($0, k: 1) }
  /// The fraction of photographs with their label among the three classes with the highest scores.
  public static let top3 = MetricKind("top3", title: "top-3") { TopAccuracy($0, k: 3) }
}
