/// A named metric, reported in the results and, unless less of it is better, usable for model selection on
/// validation photographs.
///
/// To add a metric, add a file with its ``Metric`` and its kind, and an entry in ``all``.
public struct MetricKind: Sendable {
  /// Its name in `results.json` and in printed settings.
  public let key: String
  /// Its column header in tables.
  public let title: String
  /// Whether less is better.
  public let isLoss: Bool
  /// Returns the metric of predictions, ready for resampling.
  let metric: @Sendable (Predictions) -> any Metric
  /// The measure whose mean over classes it is, so that its values can be taken from a ``ClassValues``.
  var average: (measure: ClassMeasure, weighting: ClassWeighting)?

  /// Creates a kind with the given name; kinds with the same key are equal.
  ///
  /// - Parameters:
  ///   - key: Its name in `results.json` and in printed settings.
  ///   - title: Its column header in tables.
  ///   - isLoss: Whether less is better.
  ///   - metric: Returns the metric of some predictions.
  public init(
    _ key: String, title: String, isLoss: Bool = false,
    _ metric: @escaping @Sendable (Predictions) -> any Metric
  ) {
    contract(!Scores.reserved.contains(key), "\(key) is the name of another entry of results.json")
    (self.key, self.title, self.isLoss, self.metric) = (key, title, isLoss, metric)
  }

  /// The metrics of the results, in the order of their columns.
  public static let all: [MetricKind] = [
    .top1, .top3, .balanced, .f1, .auc, .specificity, .precision, .weightedF1, .averagePrecision, .brier,
    .logLoss, .calibrationError,
  ]

  /// Returns the metric of predictions; 0 if undefined.
  func value(of predictions: Predictions) -> Double { metric(predictions).value ?? 0 }

  /// The problem of a component that selects by a metric, if less of it is better.
  var selectionProblem: SettingProblem? {
    Check.that(!isLoss, "metric", self, mustBe: "a metric of which more is better")
  }
}

extension MetricKind: Hashable, CustomStringConvertible {
  /// Returns whether two have the same key.
  ///
  /// - Parameters:
  ///   - one: A kind.
  ///   - other: Another kind.
  public static func == (one: MetricKind, other: MetricKind) -> Bool { one.key == other.key }

  /// Hashes the key.
  ///
  /// - Parameter hasher: The hasher that the key goes into.
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }

  /// The key.
  public var description: String { key }
}
