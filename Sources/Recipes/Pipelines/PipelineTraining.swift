import Foundation
import Ops

// The trainings of a run.
extension PipelineRun {
  /// Returns the plan of a stage at the point that its search, or an earlier repetition's, selects.
  func search(at index: Int, _ memory: StageMemory) throws -> StagePlan {
    let planned = plan.stages[index]
    guard let search = planned.parts.search else { return planned }
    if let chosen = choices[planned.stage.name] { return try plan.stage(index, at: chosen) }
    let file = files.search(of: planned)
    var best: (score: Double, point: Search.Point)?
    note(planned, "searches \(search.points.count) settings and takes \(memory.summary)")
    for (point, hash) in zip(search.points, try pointHashes(at: index)) {
      let known = SearchRecord(in: file).score(of: hash)
      let score = try known ?? tried(ReadyTraining(index: index, point: point, isTrial: true))
      report(
        .trial(
          stage: planned.stage.title, point: "\(point)", score: score, metric: "\(search.metric)"))
      if score > best?.score ?? -.infinity { best = (score, point) }
    }
    guard let best else { return planned }
    choices[planned.stage.name] = best.point
    return try plan.stage(index, at: best.point)
  }

  /// The hashes of a stage at the points of its search.
  func pointHashes(at index: Int) throws -> [String] {
    if let known = knownHashes[index] { return known }
    let points = plan.stages[index].parts.search?.points ?? []
    let hashes = try points.map { try plan.stage(index, at: $0).hash }
    knownHashes[index] = hashes
    return hashes
  }

  private func tried(_ training: ReadyTraining) throws -> Double {
    let plan = try plan.stage(of: training)
    let result = try trained(plan, of: training)
    try store(result, of: training, plan)
    return result.score ?? -.infinity
  }

  /// Trains a stage, and writes its weights.
  func trained(
    _ plan: StagePlan, at index: Int, _ memory: StageMemory
  ) throws -> (StageWeights, StageHistory) {
    note(plan, "takes \(memory.summary)")
    let training = ReadyTraining(index: index, point: plan.point, isTrial: false)
    let result = try trained(plan, of: training)
    try store(result, of: training, plan)
    return (result.weights, result.history)
  }

  // Trains on all ranks.
  private func trained(_ plan: StagePlan, of training: ReadyTraining) throws -> TrainedStage {
    try endIfAsked()
    if let ranks { try plan.requireSharable(by: ranks.count) }
    return try train(
      plan, of: training, on: ranks,
      saving: .init(every: saving, interruption: interruption, save: checkpoint(of: plan).write),
      report: report)
  }

  /// Trains as the first of some ranks.
  func train(
    _ plan: StagePlan, of training: ReadyTraining, on ranks: Ranks?,
    saving checkpoint: TrainingRun.Checkpointing, report: @escaping (RunEvent) -> Void
  ) throws -> TrainedStage {
    current = (plan.stage.title, nil)
    return try trainer.train(
      plan, of: training, from: { try state(before: plan) }, on: ranks, saving: checkpoint,
      noteSaved: { current.saved = $0 }, report: report)
  }

  /// Returns the state from which a training goes on: that of a checkpoint, or the initial one.
  func state(before plan: StagePlan) throws -> TrainingState {
    switch checkpoint(of: plan).read(strict: dataset.isStrict) {
    case .state(let state): return plan.isOnFeatures ? state.completed(by: try initial(plan)) : state
    case .unusable(let reason): note(plan, "begins anew: \(reason)")
    case .absent: break
    }
    return TrainingState(try initial(plan))
  }

  private func initial(_ plan: StagePlan) throws -> StageWeights {
    var initial = try StageWeights(initializing: plan.step.graph, seed: plan.seed)
    if let earlier = try weightsBefore(plan) { initial.take(from: earlier, for: plan.step.graph.variables) }
    return initial
  }

  private func weightsBefore(_ stage: StagePlan) throws -> StageWeights? {
    guard let earlier = pipeline.predecessor(of: stage.stage) else { return nil }
    if let known = weights[earlier] { return known }
    // Trained beside others, before its turn.
    guard let plan = try settled(earlier) else { return nil }
    let file = files.weights(of: plan)
    guard case .current(let found) = StoredTensors.find(file, hash: plan.hash),
      let weights = try StageWeights(found.stored, for: plan.keptVariables)
    else { throw WeightsError.damaged(file: file.path) }
    return weights
  }

  func checkpoint(of plan: StagePlan) -> CheckpointFile {
    CheckpointFile(file: files.checkpoint(of: plan), plan: plan)
  }

  /// Writes the result of a training: its weights, of a search if they are the best so far, and its score.
  func store(_ result: TrainedStage, of training: ReadyTraining, _ plan: StagePlan) throws {
    if let point = training.point, let score = result.score {
      let file = files.search(of: plan)
      let order = try pointHashes(at: training.index)
      var record = SearchRecord(in: file)
      if record.isBest(score, of: plan.hash, in: order) { try keep(result, of: plan) }
      try record.add(.init(point: point, hash: plan.hash, score: score), in: order, to: file)
    } else {
      try keep(result, of: plan)
    }
    written.insert(plan.hash)
    files.removeCheckpoint(of: plan)
  }
}
