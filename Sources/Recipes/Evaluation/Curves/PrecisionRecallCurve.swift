/// The precision of one class against the rest over its sensitivity (recall), for every threshold, as
/// scikit-learn's `precision_recall_curve`.
public struct PrecisionRecallCurve: Sendable, Equatable {
  /// The rates at one threshold: a sample with a score of at least the threshold is positive.
  public struct Point: Sendable, Equatable {
    /// The fraction of the class that is positive.
    public let sensitivity: Double
    /// The fraction of the positive samples that are of the class.
    public let precision: Double
    /// The threshold: infinity for the last point, minus infinity for scores that are NaN.
    public let threshold: Double
  }

  /// The points: one for each score that occurs, in ascending order, from a sensitivity of 1; the last is at
  /// a sensitivity of 0 and, by convention, a precision of 1.
  public let points: [Point]
  /// The sum of the precisions of all points, each weighted by the increase in sensitivity.
  public let averagePrecision: Double
  /// The fraction of samples of the class: the precision of a classifier without skill.
  public let prevalence: Double

  /// Computes the curve of a class; nil if there is no sample of it.
  ///
  /// - Parameters:
  ///   - predictions: The predictions.
  ///   - candidate: The index of the class that is told from the rest.
  public init?(of predictions: Predictions, class candidate: Int) {
    let order = ScoreOrder(of: predictions, class: candidate)
    let ones = [Int](repeating: 1, count: predictions.count)
    guard let averagePrecision = order.areas(counting: ones).averagePrecision else { return nil }
    let ties = order.ties
    let positives = ties.reduce(0) { $0 + $1.positives }
    var (right, all) = (positives, predictions.count)
    var points: [Point] = []
    for tie in ties.reversed() {
      points.append(
        Point(
          sensitivity: Double(right) / Double(positives), precision: Double(right) / Double(all),
          threshold: predictions.threshold(tie.sample, candidate)))
      right -= tie.positives
      all -= tie.positives + tie.negatives
    }
    points.append(Point(sensitivity: 0, precision: 1, threshold: .infinity))
    self.points = points
    self.averagePrecision = averagePrecision
    prevalence = Double(positives) / Double(predictions.count)
  }
}
