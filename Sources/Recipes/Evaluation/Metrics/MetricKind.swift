/// A named metric, reported in the results and usable for model selection on validation photographs.
///
/// To add a metric, add a file with its ``Metric`` and its kind, and an entry in ``all``.
public struct MetricKind: Sendable {
  /// Its name in `results.json` and in printed settings.
  public let key: String
  /// Its column header in tables.
  public let title: String
  /// Returns the metric of predictions, ready for resampling.
  let metric: @Sendable (Predictions) -> any Metric

  /// Creates a kind with the given name; kinds with the same key are equal.
  public init(_ key: String, title: String, _ metric: @escaping @Sendable (Predictions) -> any Metric) {
    contract(!Scores.reserved.contains(key), "\(key) is the name of another entry of results.json")
    (self.key, self.title, self.metric) = (key, title, metric)
  }

  /// The metrics of the results, in the order of their columns.
  public static let all: [MetricKind] = [.top1, .top3, .balanced, .f1, .auc]

  /// Returns the metric of predictions; 0 if undefined.
  func value(of predictions: Predictions) -> Double { metric(predictions).value ?? 0 }
}

extension MetricKind: Hashable, CustomStringConvertible {
  /// Returns whether two have the same key.
  public static func == (one: MetricKind, other: MetricKind) -> Bool { one.key == other.key }

  /// Hashes the key.
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }

  /// The key.
  public var description: String { key }
}
