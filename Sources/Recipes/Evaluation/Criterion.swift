/// The metric by which one training is preferred to another on validation photographs.
public enum Criterion: String, Sendable, CaseIterable {
  /// The share of photographs that are recognised.
  case top1
  /// The mean over classes of the share of their photographs that are recognised.
  case balanced
  /// The area under the curve of one class against the rest, averaged over classes.
  case auc

  /// The metric of predictions; 0 where it is not defined.
  func value(of predictions: Predictions) -> Double {
    let value =
      switch self {
      case .top1: TopAccuracy(predictions, k: 1).value
      case .balanced: BalancedAccuracy(predictions).value
      case .auc: MacroAUC(predictions).value
      }
    return value ?? 0
  }
}
