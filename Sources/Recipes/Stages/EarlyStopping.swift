/// Early stopping of a classifier on validation, with the weights of its best epoch.
public struct EarlyStopping: StageComponent {
  /// The number of epochs without improvement after which training ends.
  public let patience: Int
  /// The validation metric, of which more must be better.
  public let metric: MetricKind

  /// Stops after `patience` epochs without improvement over the best.
  ///
  /// - Parameters:
  ///   - patience: The number of epochs without improvement after which training ends.
  ///   - metric: The validation metric, of which more must be better.
  public init(patience: Int, by metric: MetricKind = .balanced) {
    self.patience = patience
    self.metric = metric
  }

  public var problems: [SettingProblem] {
    Check.count("patience", patience)
    metric.selectionProblem
  }

  public var summary: String { "EarlyStopping(patience: \(patience), by: \(metric))" }
}
