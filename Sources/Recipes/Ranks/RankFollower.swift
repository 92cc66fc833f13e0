import Ops

extension Pipeline {
  /// Computes this rank's parts of the trainings of a run that the first rank runs, until it ends.
  ///
  /// - Parameters:
  ///   - ranks: The processes of the run, of which this is not the first.
  ///   - dataset: The photographs, as those of the first rank's run.
  ///   - size: The side of the views in pixels, as in the first rank's run.
  ///   - seed: The seed, as that of the first rank's run.
  ///   - workers: The threads of this process.
  /// - Throws: What prevents this rank from doing its part, or another.
  public func follow(
    _ ranks: Ranks, on dataset: Dataset, size: Int? = nil, seed: UInt64 = 0, workers: Workers = .shared
  ) throws {
    let plan = try ranks.agreed {
      let plan = try PipelinePlan(self, on: dataset, size: size, seed: seed, workers: workers)
      try plan.requireOnePart(onEachOf: ranks.count)
      return plan
    }
    try RankFollower(plan, on: dataset, workers: workers).follow(ranks)
  }
}

/// A rank that does what the first of all ranks, or of its group, orders.
private struct RankFollower {
  private let plan: PipelinePlan
  private let dataset: Dataset
  private let evaluator: StageEvaluator
  private let workers: Workers

  init(_ plan: PipelinePlan, on dataset: Dataset, workers: Workers) {
    (self.plan, self.dataset, self.workers) = (plan, dataset, workers)
    evaluator = StageEvaluator(on: dataset, size: plan.size, plans: plan.inference, workers: workers)
  }

  /// Follows until the run ends or a group rejoins the others.
  func follow(_ ranks: Ranks) throws {
    var steps: TrainingSteps?
    while !ranks.isOver {
      switch try ranks.nextOrder() {
      case .train(let index, let point):
        dataset.damaged.beginStage()
        steps = nil
        let training = try ranks.together {
          try TrainingSteps(
            plan.stage(of: ReadyTraining(index: index, point: point, isTrial: false)), on: dataset,
            exchanging: { Ranks?.some(ranks).exchange($0, of: dataset) }, workers: workers)
        }
        ranks.share(training)
        steps = training
      case .epoch(let epoch, let first): steps?.begin(first, of: epoch)
      case .step:
        _ = try steps?.run()
        ranks.endStep()
      case .report: _ = try ranks.workOfAll()
      case .spread(let count):
        steps = nil
        try join(ranks.groups(count), of: ranks)
      case .rejoin, .end: return
      }
    }
  }

  private func join(_ groups: RankGroups, of ranks: Ranks) throws {
    if groups.leaders.contains(ranks.rank) {
      try GroupLeader(
        plan, on: dataset, evaluator: evaluator, workers: workers, ranks: ranks, group: groups.own
      ).run()
    } else if let own = groups.own {
      try follow(own)
    }
  }
}

extension Ranks {
  /// Returns this rank's plan of a run, if all ranks can run it and plan the same.
  ///
  /// - Throws: What `planned` throws; `RankError` if another rank cannot run it or plans other stages, or if
  ///   the ranks can neither share a stage's batches nor train it beside others.
  func agreed(_ planned: () throws -> PipelinePlan) throws -> PipelinePlan {
    let plan = try together {
      let plan = try planned()
      for (index, stage) in plan.stages.enumerated() where !plan.isSpreadable(index) {
        try stage.requireSharable(by: count)
      }
      return plan
    }
    let own = plan.stages.map(\.hash) + [Provenance.current.text]
    let all = gathered(Array(own.joined(separator: "\n").utf8)).map {
      String(decoding: $0, as: UTF8.self).split(separator: "\n")
    }
    for (rank, lines) in all.enumerated() where lines != all[0] {
      if lines.dropLast() != all[0].dropLast() { try endForAll(RankError.different(rank: name(of: rank))) }
      otherKinds.append(name(of: rank))
    }
    measureNetwork()
    return plan
  }
}
