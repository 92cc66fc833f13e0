/// A metric by name: one of those in the results, by which one training may also be preferred to another on
/// validation photographs.
///
/// A metric is added by a file with its ``Metric`` and its kind, and an entry in ``all``.
public struct MetricKind: Sendable {
  /// Its name in `results.json` and in printed settings.
  public let key: String
  /// The head of its column in tables.
  public let title: String
  /// The metric of predictions, prepared to be resampled.
  let metric: @Sendable (Predictions) -> any Metric

  /// A kind of the given name; two of one key count as the same.
  public init(_ key: String, title: String, _ metric: @escaping @Sendable (Predictions) -> any Metric) {
    contract(!Scores.reserved.contains(key), "\(key) is the name of another entry of results.json")
    (self.key, self.title, self.metric) = (key, title, metric)
  }

  /// The metrics of the results, in the order of their columns.
  public static let all: [MetricKind] = [.top1, .top3, .balanced, .f1, .auc]

  /// The metric of predictions; 0 where it is not defined.
  func value(of predictions: Predictions) -> Double { metric(predictions).value ?? 0 }
}

extension MetricKind: Hashable, CustomStringConvertible {
  /// Whether two have the same key.
  public static func == (one: MetricKind, other: MetricKind) -> Bool { one.key == other.key }

  /// Hashes the key.
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }

  /// The key.
  public var description: String { key }
}
