import Foundation

/// How well the classes of the labelled validation photographs are told from an encoder's features, by a
/// method that leaves the encoder as it is.
public struct RepresentationAccuracy: Codable, Sendable, Equatable {
  /// The share of photographs that are recognized.
  public let top1: Double
  /// The mean over classes of the share of their photographs that are recognized: where one class is
  /// frequent, naming it always has a high top-1 and a low balanced accuracy.
  public let balanced: Double

  /// The accuracy of predictions.
  init(_ predictions: Predictions) {
    top1 = MetricKind.top1.value(of: predictions)
    balanced = MetricKind.balanced.value(of: predictions)
  }

  /// `68.1 % (balanced 32.4 %)`.
  var summary: String { String(format: "%.1f %% (balanced %.1f %%)", 100 * top1, 100 * balanced) }
}
