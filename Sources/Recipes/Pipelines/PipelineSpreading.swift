import Ops

// Trainings side by side on groups of ranks.
extension PipelineRun {
  /// Trains the stage at an index, and what else can begin now, on groups of ranks, if that is faster than
  /// one after another on all.
  ///
  /// - Returns: The seconds that it took.
  func spread(from index: Int) throws -> Double {
    guard let ranks, let estimates = times else { return 0 }
    let ready = try ReadyTrainings(of: plan, progress(at: index)).list
    guard ready.first?.index == index else { return 0 }
    let times = SpreadTimes(of: ready, in: plan, ranks: ranks.count, estimates.seconds)
    let spread = times.spread
    guard spread.groups > 1 else { return 0 }
    let begin = ContinuousClock.now
    report(.note(stage: nil, spread.sentence(of: ready, in: plan, ranks: ranks.count)))
    try ranks.order(.spread(groups: spread.groups))
    try Wave(times.longestFirst, of: self, on: ranks, ranks.groups(spread.groups)).train()
    current = (plan.stages[index].stage.title, nil)
    return (ContinuousClock.now - begin) / .seconds(1)
  }

  private func progress(at index: Int) -> ReadyTrainings.Progress {
    ReadyTrainings.Progress(
      index: index, choices: choices,
      isFinished: { [self] in
        try isFinished(plan.stage(of: ReadyTraining(index: $0, point: $1, isTrial: false)))
      },
      pointsLeft: { [self] index in
        let stage = plan.stages[index]
        let record = SearchRecord(in: files.search(of: stage))
        return try zip(stage.parts.search?.points ?? [], pointHashes(at: index)).filter { _, hash in
          record.score(of: hash) == nil
        }.map(\.0)
      })
  }

  /// Returns the plan of a stage whose settings are known.
  func settled(_ index: Int) throws -> StagePlan? {
    let stage = plan.stages[index]
    guard stage.parts.search != nil else { return stage }
    return try choices[stage.stage.name].map { try plan.stage(index, at: $0) }
  }

  // Reading a file to its end takes time, so what is finished is remembered.
  private func isFinished(_ plan: StagePlan) -> Bool {
    if finished.contains(plan.hash) { return true }
    guard case .current(let found) = StoredTensors.find(files.weights(of: plan), hash: plan.hash),
      !dataset.isStrict || found.damaged.isEmpty
    else { return false }
    finished.insert(plan.hash)
    return true
  }
}
