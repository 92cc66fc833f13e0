/// The metrics of one repetition of a branch, ready for resampling.
struct EvaluatedRepetition: Sendable {
  private let classes: ClassValues
  /// The metrics of ``MetricKind/all`` that are no means over classes.
  private let others: [any Metric]

  /// Prepares the predictions.
  init(_ predictions: Predictions) {
    classes = ClassValues(of: predictions, ranks: true)
    others = MetricKind.all.filter { $0.average == nil }.map { $0.metric(predictions) }
  }

  /// Returns the metrics of ``MetricKind/all``, and the measures of each class, of a set in which sample `i`
  /// occurs `times[i]` times; nil if undefined.
  func values(counting times: [Int]) -> [Double?] {
    let table = classes.table(counting: times)
    var others = others[...]
    let metrics = MetricKind.all.map { kind in
      if let (measure, weighting) = kind.average { return table.mean(of: measure, weighting: weighting) }
      return others.popFirst()?.value(counting: times)
    }
    return metrics + table.values
  }
}

/// The metrics of a branch's repetitions, for the original samples and all resamples.
struct EvaluatedBranch {
  let name: String
  let repetitions: [Predictions]
  /// The values of each repetition, as ``EvaluatedRepetition/values(counting:)`` has them.
  private let values: [[Double?]]
  /// Their means for each resample.
  private let resampled: [[Double?]]

  /// Evaluates the repetitions of a branch.
  init(_ name: String, _ repetitions: [Predictions], _ resamples: Resamples) {
    self.name = name
    self.repetitions = repetitions
    let evaluated = repetitions.map { EvaluatedRepetition($0) }
    let ones = [Int](repeating: 1, count: repetitions.first?.count ?? 0)
    values = evaluated.map { $0.values(counting: ones) }
    resampled = resamples.map { times in EvaluatedBranch.mean(evaluated.map { $0.values(counting: times) }) }
  }

  /// Returns the means over repetitions; nil if one of the values is undefined.
  private static func mean(_ repetitions: [[Double?]]) -> [Double?] {
    guard let first = repetitions.first, repetitions.count > 1 else { return repetitions.first ?? [] }
    return first.indices.map { place in
      var sum = 0.0
      for repetition in repetitions {
        guard let value = repetition[place] else { return nil }
        sum += value
      }
      return sum / Double(repetitions.count)
    }
  }

  /// The branch's scores.
  var scored: Results.Branch {
    let means = EvaluatedBranch.mean(values)
    func interval(_ place: Int) -> Interval {
      Interval(value: means[place], resampled: resampled.compactMap { $0[place] })
    }
    let scores = Scores { kind in
      let place = MetricKind.all.firstIndex(of: kind) ?? 0
      return Score(interval: interval(place), repetitions: values.map { $0[place] })
    }
    let first = repetitions[0]
    let classes = (0..<first.classes).map { one in
      let samples = first.labels.indices.filter { first.labels[$0] == one }
      return ClassMetrics(
        photographs: samples.count, patients: Set(samples.map { first.patients[$0] }).count
      ) { measure in
        let row = ClassMeasure.allCases.firstIndex(of: measure) ?? 0
        return interval(MetricKind.all.count + row * first.classes + one)
      }
    }
    return Results.Branch(name: name, scores: scores, perClass: classes)
  }

  /// Returns the paired differences to another branch, on the same samples and resamples.
  func difference(over other: EvaluatedBranch, by test: PermutationTest) -> Results.Difference {
    let (means, others) = (EvaluatedBranch.mean(values), EvaluatedBranch.mean(other.values))
    let scores = Scores { kind in
      let place = MetricKind.all.firstIndex(of: kind) ?? 0
      // Repetitions are paired only if both branches have the same number.
      let pairs =
        values.count == other.values.count
        ? zip(values, other.values).map { Difference.of($0[place], $1[place]) } : []
      return Score(
        interval: Interval(
          value: Difference.of(means[place], others[place]),
          resampled: zip(resampled, other.resampled).compactMap { Difference.of($0[place], $1[place]) }),
        repetitions: pairs)
    }
    return Results.Difference(
      of: name, over: other.name, scores: scores,
      tests: test.results(of: repetitions, over: other.repetitions, in: PermutationTest.metrics))
  }
}
