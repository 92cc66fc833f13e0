import Foundation

/// The log loss (cross entropy): the mean over samples of `-ln` of the label's probability, which is limited
/// to 2.2e-16 from 0 and 1, as scikit-learn's `log_loss` does. Undefined if the scores are not probabilities.
public struct LogLoss: Metric {
  /// The number of samples.
  public let count: Int
  private let mean: SampleMean?

  /// Computes the log loss of the predictions.
  ///
  /// - Parameter predictions: The predictions.
  public init(_ predictions: Predictions) {
    count = predictions.count
    guard predictions.areProbabilities else {
      mean = nil
      return
    }
    mean = SampleMean(
      predictions.labels.enumerated().map { sample, label in
        let probability = Double(predictions.scores[sample * predictions.classes + label])
        return -log(min(max(probability, .ulpOfOne), 1 - .ulpOfOne))
      })
  }

  /// Returns the loss of a set in which sample `i` occurs `times[i]` times; nil for an empty one.
  ///
  /// - Parameter times: How often each sample occurs, `[samples]`; 0 leaves it out.
  public func value(counting times: [Int]) -> Double? { mean?.value(counting: times) }
}

extension MetricKind {
  /// The log loss, the mean of `-ln` of the label's probability.
  public static let logLoss = MetricKind("logLoss", title: "log loss", isLoss: true) { LogLoss($0) }
}
