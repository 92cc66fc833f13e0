/// The macro-averaged area under the ROC curve, one class against the rest.
///
/// The area is the probability that a sample of the class scores higher than one of the rest, with ties
/// counted half (Mann and Whitney 1947). Classes without a sample, or with all of them, are skipped.
public struct MacroAUC: Metric {
  /// A sample at its rank in one class's scores.
  private struct Place {
    let sample: Int32
    let isPositive: Bool
    let isLastOfTie: Bool
  }

  /// The number of samples.
  public let count: Int
  /// For each class that occurs, the samples in ascending order of score: sorted once, and only traversed for
  /// a resample.
  private let orders: [[Place]]

  /// Computes the macro-averaged area under the curve of the predictions.
  public init(_ predictions: Predictions) {
    count = predictions.count
    orders = Set(predictions.labels).sorted().map { candidate in
      let order = (0..<predictions.count)
        .map { (key: predictions.key($0, candidate), sample: $0) }
        .sorted { ($0.key, $0.sample) < ($1.key, $1.sample) }
      return order.indices.map { place in
        Place(
          sample: Int32(order[place].sample),
          isPositive: predictions.labels[order[place].sample] == candidate,
          isLastOfTie: place + 1 == order.count || order[place].key != order[place + 1].key)
      }
    }
  }

  /// Returns the area of a set in which sample `i` occurs `times[i]` times; nil if all of it has one class.
  public func value(counting times: [Int]) -> Double? {
    mean(orders.compactMap { area($0, counting: times) })
  }

  private func area(_ order: [Place], counting times: [Int]) -> Double? {
    var positives = 0
    var negatives = 0
    var doubledWins = 0  // doubled, so that ties are integers
    var tied = (positives: 0, negatives: 0)
    for place in order {
      let times = times[Int(place.sample)]
      if place.isPositive { tied.positives += times } else { tied.negatives += times }
      if place.isLastOfTie {
        doubledWins += tied.positives * (2 * negatives + tied.negatives)
        positives += tied.positives
        negatives += tied.negatives
        tied = (0, 0)
      }
    }
    let pairs = positives * negatives
    return pairs > 0 ? Double(doubledWins) / Double(2 * pairs) : nil
  }
}

extension MetricKind {
  /// The area under the ROC curve of one class against the rest, averaged over classes.
  public static let auc = MetricKind("auc", title: "AUC") { MacroAUC($0) }
}
