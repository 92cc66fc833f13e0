/// The expected calibration error: the distance of accuracy from confidence (Naeini et al. 2015; Guo et al.
/// 2017). Undefined if the scores are not probabilities.
///
/// The confidence of a sample is its highest probability, and it is correct if its label alone has it. With
/// `B` bins of equal width, bin `b` of `1...B` has the samples with a confidence in `((b - 1) / B, b / B]`,
/// the first also those of 0. The error is the sum over bins of `n / N |accuracy - mean confidence|`, with
/// the bin's `n` of all `N` samples. It is not negative, so on few samples even perfect calibration has an
/// error.
public struct CalibrationError: Metric {
  /// The number of samples.
  public let count: Int
  private let bins: [CalibrationBins]

  /// Computes the error of the predicted classes.
  ///
  /// - Parameters:
  ///   - predictions: The predictions.
  ///   - bins: The number of equally wide ranges of the probability.
  public init(_ predictions: Predictions, bins: Int = 15) {
    count = predictions.count
    self.bins = predictions.areProbabilities ? [CalibrationBins(of: predictions, bins: bins)] : []
  }

  /// Computes the classwise error: the mean over all classes of the error of one class's probability, which
  /// is correct for the samples of the class (Kull et al. 2019).
  ///
  /// - Parameters:
  ///   - predictions: The predictions.
  ///   - bins: The number of equally wide ranges of the probability.
  public init(classwise predictions: Predictions, bins: Int = 15) {
    count = predictions.count
    self.bins =
      predictions.areProbabilities
      ? (0..<predictions.classes).map { CalibrationBins(of: predictions, class: $0, bins: bins) } : []
  }

  /// Returns the error of a set in which sample `i` occurs `times[i]` times; nil for an empty one.
  ///
  /// - Parameter times: How often each sample occurs, `[samples]`; 0 leaves it out.
  public func value(counting times: [Int]) -> Double? { mean(bins.compactMap { $0.error(counting: times) }) }
}

extension MetricKind {
  /// The expected calibration error of the predicted classes, in 15 bins.
  public static let calibrationError = MetricKind("ece", title: "ECE", isLoss: true) { CalibrationError($0) }
  /// The classwise calibration error, in 15 bins.
  public static let classwiseCalibrationError = MetricKind(
    "classwiseECE", title: "classwise ECE", isLoss: true
  ) { CalibrationError(classwise: $0) }
}
