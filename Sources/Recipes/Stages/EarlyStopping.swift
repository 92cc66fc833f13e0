/// Ends the training of a classifier that has stopped getting better on validation, and keeps the weights of
/// its best epoch.
public struct EarlyStopping: StageComponent {
  /// After how many epochs without a better one the training ends.
  public let patience: Int
  /// What is better.
  public let metric: MetricKind

  /// An end after `patience` epochs that were no better than the best.
  public init(patience: Int, by metric: MetricKind = .balanced) {
    self.patience = patience
    self.metric = metric
  }

  public var problems: [SettingProblem] { Check.count("patience", patience) }

  public var summary: String { "EarlyStopping(patience: \(patience), by: \(metric))" }
}
