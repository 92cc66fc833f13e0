/// The metrics of a branch's repetitions, prepared to be resampled.
struct EvaluatedBranch {
  let name: String
  private var top1: [TopAccuracy]
  private var top3: [TopAccuracy]
  private var balanced: [BalancedAccuracy]
  private var auc: [MacroAUC]

  /// A branch of one repetition so far.
  init(_ name: String, _ predictions: Predictions) {
    self.name = name
    (top1, top3, balanced, auc) = ([], [], [], [])
    add(predictions)
  }

  /// Adds a repetition.
  mutating func add(_ predictions: Predictions) {
    top1.append(TopAccuracy(predictions, k: 1))
    top3.append(TopAccuracy(predictions, k: 3))
    balanced.append(BalancedAccuracy(predictions))
    auc.append(MacroAUC(predictions))
  }

  /// The branch's scores.
  func scored(by bootstrap: Bootstrap, patients: [String]) -> Results.Branch {
    func score<M: Metric>(_ metrics: [M]) -> Score {
      Score(
        interval: bootstrap.interval(of: MeanMetric(metrics), patients: patients),
        repetitions: metrics.map(\.value))
    }
    return Results.Branch(
      name: name, top1: score(top1), top3: score(top3), balanced: score(balanced), auc: score(auc))
  }

  /// By how much it is better than another one on the same samples, in the same resamples.
  func difference(
    over other: EvaluatedBranch, by bootstrap: Bootstrap, patients: [String]
  ) -> Results.Difference {
    func score<M: Metric>(_ metrics: KeyPath<EvaluatedBranch, [M]>) -> Score {
      let (own, others) = (self[keyPath: metrics], other[keyPath: metrics])
      let difference = Difference(of: MeanMetric(own), over: MeanMetric(others))
      // Repetitions are pairs only where both branches have as many.
      let pairs = own.count == others.count ? zip(own, others).map { Difference(of: $0, over: $1).value } : []
      return Score(interval: bootstrap.interval(of: difference, patients: patients), repetitions: pairs)
    }
    return Results.Difference(
      of: name, over: other.name, top1: score(\.top1), balanced: score(\.balanced), auc: score(\.auc))
  }
}
