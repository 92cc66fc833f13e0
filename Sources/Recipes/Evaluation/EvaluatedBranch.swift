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
    let evaluated = repetitions.map { EvaluatedRepetition($0, kinds: MetricKind.all) }
    let ones = [Int](repeating: 1, count: repetitions.first?.count ?? 0)
    values = evaluated.map { $0.values(counting: ones) }
    resampled = resamples.map { times in evaluated.mean { $0.values(counting: times) } }
  }

  /// The branch's scores.
  var scored: Results.Branch {
    let means = values.mean { $0 }
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
    let (means, others) = (values.mean { $0 }, other.values.mean { $0 })
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
