/// The receiver operating characteristic of one class against the rest: sensitivity over false positive rate
/// for every threshold, as scikit-learn's `roc_curve(drop_intermediate: False)`.
///
///     for point in ROCCurve(of: predictions, class: 3)?.points ?? [] {
///       print(point.falsePositiveRate, point.sensitivity)
///     }
public struct ROCCurve: Sendable, Equatable {
  /// The rates at one threshold: a sample with a score of at least the threshold is positive.
  public struct Point: Sendable, Equatable {
    /// The fraction of the rest that is positive, 1 - specificity.
    public let falsePositiveRate: Double
    /// The fraction of the class that is positive.
    public let sensitivity: Double
    /// The threshold: infinity for the first point, minus infinity for scores that are NaN.
    public let threshold: Double
  }

  /// The points from (0, 0) to (1, 1): one for each score that occurs, in descending order.
  public let points: [Point]
  /// The area under the curve.
  public let area: Double

  /// Computes the curve of a class; nil if there is no sample of it or none of the rest.
  ///
  /// - Parameters:
  ///   - predictions: The predictions.
  ///   - candidate: The index of the class that is told from the rest.
  public init?(of predictions: Predictions, class candidate: Int) {
    let order = ScoreOrder(of: predictions, class: candidate)
    let ones = [Int](repeating: 1, count: predictions.count)
    guard let area = order.areas(counting: ones).roc else { return nil }
    let ties = order.ties
    let positives = ties.reduce(0) { $0 + $1.positives }
    let negatives = predictions.count - positives
    var points = [Point(falsePositiveRate: 0, sensitivity: 0, threshold: .infinity)]
    var (right, wrong) = (0, 0)
    for tie in ties {
      right += tie.positives
      wrong += tie.negatives
      points.append(
        Point(
          falsePositiveRate: Double(wrong) / Double(negatives),
          sensitivity: Double(right) / Double(positives),
          threshold: predictions.threshold(tie.sample, candidate)))
    }
    self.points = points
    self.area = area
  }
}

extension Predictions {
  /// Returns a score as a threshold; NaN is minus infinity, as it ranks below every number.
  func threshold(_ sample: Int, _ candidate: Int) -> Double {
    let score = scores[sample * classes + candidate]
    return score.isNaN ? -.infinity : Double(score)
  }
}
