/// The estimated times of trainings that can go on side by side.
struct SpreadTimes {
  private let trainings: [(training: ReadyTraining, seconds: [Int: Double])]
  private let ranks: Int

  /// - Parameter seconds: Returns the seconds of a stage's training on some ranks.
  init(
    of trainings: [ReadyTraining], in plan: PipelinePlan, ranks: Int,
    _ seconds: (StagePlan, _ ranks: Int) -> Double
  ) {
    self.ranks = ranks
    // Points of a search take as long as each other.
    var known: [Int: [Int: Double]] = [:]
    self.trainings = trainings.map { training in
      let stage = plan.stages[training.index]
      let own =
        known[training.index]
        ?? Dictionary(
          uniqueKeysWithValues: (1...ranks).filter { ranks % $0 == 0 && stage.isSharable(by: $0) }.map {
            ($0, seconds(stage, $0))
          })
      known[training.index] = own
      return (training, own)
    }
  }

  /// The fastest number of groups.
  var spread: Spread {
    Spread(of: trainings.map { training in { training.seconds[$0] } }, ranks: ranks)
  }

  /// The trainings, the longest first, otherwise in the order of the run.
  var longestFirst: [ReadyTraining] {
    let size = ranks / spread.groups
    return trainings.enumerated().sorted { a, b in
      let (first, second) = (a.element.seconds[size] ?? 0, b.element.seconds[size] ?? 0)
      return first == second ? a.offset < b.offset : first > second
    }.map(\.element.training)
  }
}

extension Spread {
  /// Returns the trainings of a wave, and the reason for it, in a sentence.
  func sentence(of trainings: [ReadyTraining], in plan: PipelinePlan, ranks: Int) -> String {
    let counts = Dictionary(grouping: trainings, by: \.index).mapValues(\.count)
    let names = counts.keys.sorted().map { index in
      let settings = trainings.contains { $0.index == index && $0.isTrial }
      return "\"\(plan.stages[index].stage.title.shortened(to: 60))\""
        + (settings ? " (\(counts[index] ?? 0) settings)" : "")
    }
    let size = ranks / groups
    if trainings.count == 1 {
      return "\(names.joined()) is trained by \(size) of \(ranks) ranks, as all together could not share its "
        + "chunks."
    }
    let place = "\(groups) groups of \(size == 1 ? "one rank" : "\(size) ranks")"
    let reason =
      secondsTogether.map { "instead of \(AboutTime.text($0)) one after another on all \(ranks)" }
      ?? "while all \(ranks) ranks together could not share their chunks"
    return "Trained side by side on \(place): \(names.listed(upTo: 5)). "
      + "That takes about \(AboutTime.text(seconds)), \(reason) (estimates)."
  }
}
