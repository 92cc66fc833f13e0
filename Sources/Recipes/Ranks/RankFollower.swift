import Ops

extension Pipeline {
  /// Computes this rank's parts of the trainings of a run that the first rank runs, until it ends.
  ///
  /// - Parameters: As those of the first rank's run.
  /// - Throws: What prevents this rank from doing its part, or another.
  public func follow(
    _ ranks: Ranks, on dataset: Dataset, size: Int? = nil, seed: UInt64 = 0, workers: Workers = .shared
  ) throws {
    let plan = try ranks.agreed {
      let plan = try PipelinePlan(self, on: dataset, size: size, seed: seed, workers: workers)
      try plan.requireOnePart(onEachOf: ranks.count)
      return plan
    }
    var steps: TrainingSteps?
    while true {
      switch try ranks.nextOrder() {
      case .train(let index, let point):
        dataset.damaged.beginStage()
        steps = nil
        let training = try ranks.together {
          try TrainingSteps(
            point.map { try plan.stage(index, at: $0) } ?? plan.stages[index], on: dataset,
            exchanging: { Ranks?.some(ranks).exchange($0, of: dataset) }, workers: workers)
        }
        ranks.share(training)
        steps = training
      case .epoch(let epoch, let first): steps?.begin(first, of: epoch)
      case .step:
        _ = try steps?.run()
        ranks.endStep()
      case .report: _ = try ranks.workOfAll()
      case .end: return
      }
    }
  }
}

extension Ranks {
  /// Returns this rank's plan of a run, if all ranks can run it and plan the same.
  ///
  /// - Throws: What `planned` throws; `RankError` if another rank cannot run it or plans other stages, or if
  ///   the ranks cannot share its batches.
  func agreed(_ planned: () throws -> PipelinePlan) throws -> PipelinePlan {
    let plan = try together {
      let plan = try planned()
      for stage in plan.stages {
        let chunks = stage.program.cut?.batch.count ?? 1
        if !RankExchange.divides(chunks, among: count) {
          throw RankError.indivisible(stage: stage.stage.title, chunks: chunks, ranks: count)
        }
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
    return plan
  }
}
