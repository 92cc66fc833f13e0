/// The metrics of a branch's repetitions, ready for resampling.
struct EvaluatedBranch {
  let name: String
  private var metrics: [MetricKind: [any Metric]] = [:]

  /// Creates a branch with one repetition.
  init(_ name: String, _ predictions: Predictions) {
    self.name = name
    add(predictions)
  }

  /// Adds a repetition.
  mutating func add(_ predictions: Predictions) {
    for kind in MetricKind.all { metrics[kind, default: []].append(kind.metric(predictions)) }
  }

  /// Returns the branch's scores.
  func scored(by bootstrap: Bootstrap, patients: [String]) -> Results.Branch {
    let scores = Scores { kind in
      let own = metrics[kind, default: []]
      return Score(
        interval: bootstrap.interval(of: MeanMetric(own), patients: patients), repetitions: own.map(\.value))
    }
    return Results.Branch(name: name, scores: scores)
  }

  /// Returns the paired differences to another branch, on the same samples and resamples.
  func difference(
    over other: EvaluatedBranch, by bootstrap: Bootstrap, patients: [String]
  ) -> Results.Difference {
    let scores = Scores { kind in
      let (own, others) = (metrics[kind, default: []], other.metrics[kind, default: []])
      let difference = Difference(of: MeanMetric(own), over: MeanMetric(others))
      // Repetitions are paired only if both branches have the same number.
      let pairs = own.count == others.count ? zip(own, others).map { Difference(of: $0, over: $1).value } : []
      return Score(interval: bootstrap.interval(of: difference, patients: patients), repetitions: pairs)
    }
    return Results.Difference(of: name, over: other.name, scores: scores)
  }
}
