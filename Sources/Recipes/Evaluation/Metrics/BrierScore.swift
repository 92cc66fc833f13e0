/// The Brier score: the mean over samples of the sum over classes of the squared distance of the probability
/// from 1 for the label and 0 for the others (Brier 1950), so from 0, the best, to 2. Undefined if the scores
/// are not probabilities.
public struct BrierScore: Metric {
  /// The number of samples.
  public let count: Int
  private let mean: SampleMean?

  /// Computes the Brier score of all classes.
  ///
  /// - Parameter predictions: The predictions.
  public init(_ predictions: Predictions) {
    self.init(predictions, of: 0..<predictions.classes)
  }

  /// Computes the Brier score of one class against the rest, from 0 to 1.
  ///
  /// - Parameters:
  ///   - predictions: The predictions.
  ///   - candidate: The index of the class that is told from the rest.
  public init(_ predictions: Predictions, class candidate: Int) {
    contract((0..<predictions.classes).contains(candidate), "there is no class \(candidate)")
    self.init(predictions, of: candidate..<(candidate + 1))
  }

  private init(_ predictions: Predictions, of classes: Range<Int>) {
    count = predictions.count
    guard predictions.areProbabilities else {
      mean = nil
      return
    }
    mean = SampleMean(
      (0..<predictions.count).map { sample in
        classes.reduce(0) { sum, candidate in
          let probability = Double(predictions.scores[sample * predictions.classes + candidate])
          let distance = probability - (predictions.labels[sample] == candidate ? 1 : 0)
          return sum + distance * distance
        }
      })
  }

  /// Returns the score of a set in which sample `i` occurs `times[i]` times; nil for an empty one.
  ///
  /// - Parameter times: How often each sample occurs, `[samples]`; 0 leaves it out.
  public func value(counting times: [Int]) -> Double? { mean?.value(counting: times) }
}

extension MetricKind {
  /// The Brier score, the mean squared distance of the probabilities from the labels.
  public static let brier = MetricKind("brier", title: "Brier", isLoss: true) { BrierScore($0) }
}
