import Foundation

/// The accuracy of a classifier on frozen features, on the labelled validation photographs: a measure of the
/// representation.
public struct RepresentationAccuracy: Codable, Sendable, Equatable {
  /// The top-1 accuracy.
  public let top1: Double
  /// The balanced accuracy, the mean over classes: always predicting a frequent class has a high top-1 and a
  /// low balanced accuracy.
  public let balanced: Double

  init(top1: Double, balanced: Double) { (self.top1, self.balanced) = (top1, balanced) }

  /// Computes the accuracy of predictions.
  init(_ predictions: Predictions) {
    top1 = MetricKind.top1.value(of: predictions)
    balanced = MetricKind.balanced.value(of: predictions)
  }

  /// `68.1 % (balanced 32.4 %)`.
  var summary: String { String(format: "%.1f %% (balanced %.1f %%)", 100 * top1, 100 * balanced) }
}
