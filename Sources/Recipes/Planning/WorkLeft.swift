/// The work of each stage that a run in a folder still has to do.
struct WorkLeft {
  private let plan: PipelinePlan
  private let files: StageFiles
  /// The choices of finished searches or of an earlier run, and the names of the stages with one that comes
  /// first.
  private var choices: [String: Search.Point] = [:]
  private var searched: Set<String> = []

  /// The work of the stages, in the order of the pipeline.
  private(set) var stages: [StageWork] = []

  init(of plan: PipelinePlan, in files: StageFiles) {
    (self.plan, self.files, choices) = (plan, files, plan.pipeline.choices)
    for index in plan.stages.indices {
      stages.append(StageWork(of: plan.stages[index], trainings: trainings(of: index)))
    }
  }

  /// Returns the number of trainings of a stage: none if the folder has its weights, and of a search one for
  /// each point without a score. The first repetition searches for all.
  private mutating func trainings(of index: Int) -> Int {
    let stage = plan.stages[index]
    guard let search = stage.parts.search else { return stage.isFinished(in: files) ? 0 : 1 }
    let name = stage.stage.name
    if !searched.insert(name).inserted || choices[name] != nil {
      guard let chosen = choices[name], let chosen = try? plan.stage(index, at: chosen) else { return 1 }
      return chosen.isFinished(in: files) ? 0 : 1
    }
    let record = SearchRecord(in: files.search(of: stage))
    if record.trials.isEmpty { return search.points.count }
    let candidates = search.points.compactMap { try? plan.stage(index, at: $0) }
    let known = candidates.compactMap { plan in record.score(of: plan.hash).map { (plan: plan, score: $0) } }
    guard known.count == search.points.count, var best = known.first else {
      return search.points.count - known.count
    }
    for candidate in known where candidate.score > best.score { best = candidate }
    choices[name] = best.plan.point
    return best.plan.isFinished(in: files) ? 0 : 1
  }
}

extension StageWork {
  fileprivate init(of plan: StagePlan, trainings: Int) {
    self.init(
      stage: plan.stage.title, multiplyAdds: plan.program.multiplyAdds, steps: plan.samples.batchesPerEpoch,
      epochs: plan.optimize.epochs, trainings: trainings)
  }
}

extension StepPlan {
  /// The multiplications with additions of a step.
  fileprivate var multiplyAdds: Double {
    guard let cut else { return last.multiplyAdds() }
    // Each part computes some of the forward pass twice.
    let part = cut.part.multiplyAdds() + cut.part.multiplyAdds { $0 == .shared }
    return last.multiplyAdds() + Double(cut.batch.count) * part + cut.loss.multiplyAdds()
  }
}

extension ProgramPlan {
  /// Returns the multiplications with additions of a run, or of some of its segments.
  func multiplyAdds(in isCounted: (Segment) -> Bool = { _ in true }) -> Double {
    schedule.calls.filter { isCounted($0.segment) }.reduce(0) { $0 + Double($1.floatingPointOperations) } / 2
  }
}
