import Foundation

/// Temperature scaling: probabilities are divided in logarithm by one temperature, fitted on validation, so
/// that confidence agrees with accuracy (Guo et al. 2017, "On calibration of modern neural networks").
///
/// A temperature above 1 lowers the confidence. The order of the classes stays, and with it all metrics of
/// predicted classes.
public struct TemperatureScaling: Codable, Sendable, Equatable {
  /// The temperature.
  public let temperature: Double

  /// The allowed temperatures. The fit of predictions that are all right, or worse than uniform ones, is a
  /// bound.
  static let range = 0.01...100

  /// Creates the scaling by a known temperature.
  ///
  /// - Parameter temperature: The temperature.
  public init(temperature: Double) {
    contract(temperature > 0, "a temperature must be positive")
    self.temperature = temperature
  }

  /// Fits the temperature with the lowest log loss; nil if the scores are not probabilities.
  ///
  /// The log loss is convex in `1 / T`. Its root of the derivative is found by Newton's method, with
  /// bisection where that leaves the interval known to contain it. A probability that was rounded to 0 counts
  /// as the smallest positive number of single precision.
  ///
  /// - Parameter validation: The predictions on validation photographs.
  public init?(fitting validation: Predictions) {
    guard validation.areProbabilities else { return nil }
    let logits = validation.scores.map { TemperatureScaling.logarithm($0) }
    let (least, most) = (1 / TemperatureScaling.range.upperBound, 1 / TemperatureScaling.range.lowerBound)
    var (low, high) = (least, most)
    var inverse = 1.0
    for _ in 0..<200 {
      let (slope, curvature) = TemperatureScaling.derivatives(at: inverse, logits, validation)
      if slope == 0 { break }
      if slope > 0 { high = inverse } else { low = inverse }
      var next = inverse - slope / curvature
      if !(low < next && next < high) { next = (low + high) / 2 }
      let isFound = abs(next - inverse) <= 1e-13 * inverse
      inverse = next
      if isFound { break }
    }
    temperature = 1 / inverse
  }

  /// Returns the first and second derivative of the mean log loss by the inverse temperature: the mean over
  /// samples of the expected logit less the label's, and of the variance of the logits.
  private static func derivatives(
    at inverse: Double, _ logits: [Double], _ predictions: Predictions
  ) -> (slope: Double, curvature: Double) {
    var (slope, curvature) = (0.0, 0.0)
    for (sample, label) in predictions.labels.enumerated() {
      let row = logits[(sample * predictions.classes)..<((sample + 1) * predictions.classes)]
      let highest = row.max() ?? 0
      var (sum, first, second) = (0.0, 0.0, 0.0)
      for logit in row {
        let weight = exp(inverse * (logit - highest))
        sum += weight
        first += weight * (logit - highest)
        second += weight * (logit - highest) * (logit - highest)
      }
      let mean = first / sum
      slope += mean - (row[row.startIndex + label] - highest)
      curvature += second / sum - mean * mean
    }
    return (slope / Double(predictions.count), curvature / Double(predictions.count))
  }

  private static func logarithm(_ probability: Float) -> Double {
    log(Double(max(probability, .leastNonzeroMagnitude)))
  }

  /// Returns the scaled probabilities of one sample, `softmax(log(p) / T)`.
  ///
  /// - Parameter row: The probabilities of one sample, `[classes]`.
  public func probabilities(_ row: [Float]) -> [Float] {
    let logits = row.map { TemperatureScaling.logarithm($0) / temperature }
    let highest = logits.max() ?? 0
    let exponentials = logits.map { exp($0 - highest) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { Float($0 / sum) }
  }

  /// Returns the predictions with scaled probabilities.
  ///
  /// - Parameter predictions: Predictions whose scores are probabilities.
  public func callAsFunction(_ predictions: Predictions) -> Predictions {
    let width = predictions.classes
    return predictions.with(
      scores: (0..<predictions.count).flatMap { sample in
        probabilities(Array(predictions.scores[(sample * width)..<((sample + 1) * width)]))
      })
  }
}
