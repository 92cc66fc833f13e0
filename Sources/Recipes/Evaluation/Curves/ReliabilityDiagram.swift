/// A reliability diagram: the accuracy of predictions over their confidence, in bins of equal width (DeGroot
/// and Fienberg 1983; Guo et al. 2017).
///
/// The confidence of a sample is its highest probability, and it is correct if its label alone has it. For
/// one class, the confidence is the probability of the class, and the accuracy the fraction of samples that
/// have it as label.
public struct ReliabilityDiagram: Sendable, Equatable {
  /// The samples with a confidence in an interval.
  public struct Bin: Sendable, Equatable {
    /// The lower bound, exclusive except for 0.
    public let low: Double
    /// The upper bound, inclusive.
    public let high: Double
    /// The number of samples.
    public let count: Int
    /// The mean confidence; nil if there are no samples.
    public let confidence: Double?
    /// The fraction of correct samples; nil if there are no samples.
    public let accuracy: Double?
  }

  /// The bins in ascending order of confidence, also those without samples.
  public let bins: [Bin]

  /// Computes the diagram of the predicted classes; nil if the scores are not probabilities.
  ///
  /// - Parameters:
  ///   - predictions: The predictions.
  ///   - bins: The bins in ascending order of confidence, also those without samples.
  public init?(of predictions: Predictions, bins: Int = 15) {
    guard predictions.areProbabilities else { return nil }
    self.init(CalibrationBins(of: predictions, bins: bins))
  }

  /// Computes the diagram of one class against the rest; nil if the scores are not probabilities.
  ///
  /// - Parameters:
  ///   - predictions: The predictions.
  ///   - candidate: The index of the class that is told from the rest.
  ///   - bins: The bins in ascending order of confidence, also those without samples.
  public init?(of predictions: Predictions, class candidate: Int, bins: Int = 15) {
    guard predictions.areProbabilities else { return nil }
    self.init(CalibrationBins(of: predictions, class: candidate, bins: bins))
  }

  private init(_ samples: CalibrationBins) {
    let sums = samples.sums(counting: [Int](repeating: 1, count: samples.count))
    bins = sums.enumerated().map { index, sum in
      func mean(_ total: Double) -> Double? { sum.count > 0 ? total / Double(sum.count) : nil }
      return Bin(
        low: Double(index) / Double(sums.count), high: Double(index + 1) / Double(sums.count),
        count: sum.count, confidence: mean(sum.confidence), accuracy: mean(Double(sum.correct)))
    }
  }

  /// The expected calibration error: the mean distance of accuracy from confidence, weighted by the bins'
  /// numbers of samples.
  public var expectedCalibrationError: Double {
    var sum = 0.0
    for bin in bins {
      guard let accuracy = bin.accuracy, let confidence = bin.confidence else { continue }
      sum += Double(bin.count) * abs(accuracy - confidence)
    }
    return sum / Double(bins.reduce(0) { $0 + $1.count })
  }
}
