/// The fraction of samples whose label is among the k classes of the highest score; ties count as misses.
public struct TopAccuracy: Metric {
  private let hits: [Bool]

  /// The top-k accuracy of the predictions.
  public init(_ predictions: Predictions, k: Int) {
    contract(k > 0, "top-k accuracy needs a k of at least 1, not \(k)")
    hits = (0..<predictions.count).map { predictions.rank(ofSample: $0) < k }
  }

  /// The number of samples.
  public var count: Int { hits.count }

  /// The accuracy of a set in which sample `i` occurs `times[i]` times; `nil` for an empty one.
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
  /// The share of photographs that are recognized.
  public static let top1 = MetricKind("top1", title: "top-1") { TopAccuracy($0, k: 1) }
  /// The share of photographs whose label is among the three classes of the highest score.
  public static let top3 = MetricKind("top3", title: "top-3") { TopAccuracy($0, k: 3) }
}
