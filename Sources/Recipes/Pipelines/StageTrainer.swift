import Foundation
import Ops

/// A stage's training that can begin: the stages before it are finished, and its settings are known.
struct ReadyTraining: Codable, Hashable {
  /// The index of the stage.
  let index: Int
  /// The point of its search, if it has one.
  let point: Search.Point?
  /// Whether the weights are scored on validation, to choose among the points.
  let isTrial: Bool
}

extension PipelinePlan {
  /// Returns the plan of a training's stage.
  func stage(of training: ReadyTraining) throws -> StagePlan {
    try training.point.map { try stage(training.index, at: $0) } ?? stages[training.index]
  }
}

/// The result of a stage's training.
struct TrainedStage {
  let weights: StageWeights
  let history: StageHistory
  /// The validation metric of a point of a search.
  let score: Double?
  /// The photographs that could not be read.
  let damaged: [DamagedPhotograph]
  let seconds: Double
}

/// The training of stages with their evaluations, by this process alone or with others whose first rank it
/// is.
struct StageTrainer {
  let dataset: Dataset
  let evaluator: StageEvaluator
  /// The number of epochs between evaluations during pretraining.
  let interval: Int
  /// The number of stages of the run.
  let stages: Int
  let workers: Workers

  /// Trains from a state to the end.
  ///
  /// - Parameters:
  ///   - state: Returns the state, which is not kept.
  ///   - ranks: The processes that compute the steps; this one alone if nil.
  ///   - noteSaved: Receives the place of the latest checkpoint, also before an error is thrown.
  ///   - report: Receives each event.
  func train(
    _ plan: StagePlan, of training: ReadyTraining, from state: () throws -> TrainingState, on ranks: Ranks?,
    saving checkpoint: TrainingRun.Checkpointing, noteSaved: (TrainingPlace?) -> Void = { _ in },
    report: @escaping (RunEvent) -> Void
  ) throws -> TrainedStage {
    let start = ContinuousClock.now
    dataset.damaged.beginStage()
    let (weights, history) = try fitted(
      plan, of: training, from: state, on: ranks, checkpoint, noteSaved, report)
    var score: Double?
    if training.isTrial, let metric = plan.parts.search?.metric {
      score = try metric.value(of: evaluator.validator(of: plan, weights)(weights))
    }
    return TrainedStage(
      weights: weights, history: history, score: score, damaged: dataset.damaged.ofStage.inOrder,
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  // The step's memory is free when this returns.
  private func fitted(
    _ plan: StagePlan, of training: ReadyTraining, from state: () throws -> TrainingState, on ranks: Ranks?,
    _ checkpoint: TrainingRun.Checkpointing, _ noteSaved: (TrainingPlace?) -> Void,
    _ report: @escaping (RunEvent) -> Void
  ) throws -> (StageWeights, StageHistory) {
    try ranks?.order(.train(stage: training.index, point: plan.point))
    let progress = Progress(
      stage: plan.stage.title, choice: plan.point?.description, place: (training.index, stages),
      report: report)
    let run = try ranks.together {
      let state = try state()
      return try TrainingRun(
        plan, on: dataset, from: state, features: features(plan, state, checkpoint, progress),
        checkpoint: checkpoint, progress: progress, ranks: ranks, workers: workers)
    }
    defer { noteSaved(run.saved) }
    let validate = try plan.parts.stopping.map { stopping in
      let predictions = try evaluator.validator(of: plan, run.weights)
      return { weights in stopping.metric.value(of: try predictions(weights)) }
    }
    let history = try run.train(every: interval, evaluator.check(of: plan), validate: validate)
    return (run.weights, history)
  }

  // Computes the features of a stage that is trained on them; nil for others.
  private func features(
    _ plan: StagePlan, _ state: TrainingState, _ checkpoint: TrainingRun.Checkpointing, _ progress: Progress
  ) throws -> FeatureLoader? {
    guard plan.isOnFeatures else {
      evaluator.forgetFeatures()
      return nil
    }
    let table = try evaluator.features(of: plan, state.weights)
    let loader = try FeatureLoader(plan.parts.selection, of: dataset, by: table) { done, total in
      progress.report(.features(stage: progress.stage, done: done, total: total))
      guard checkpoint.isAsked() else { return }
      throw RunError.stopped(
        stage: plan.stage.title, after: state.place == TrainingPlace() ? nil : state.place, cause: nil)
    }
    if let limitation = table.limitation { progress.note(limitation) }
    return loader
  }
}
