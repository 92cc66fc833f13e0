import Ops

/// The first rank of a group that trains independent stages, other than the first rank of all.
///
/// It trains what the first rank hands it, with its group, and sends back checkpoints, events and results,
/// which the first rank writes as if it had trained itself: it may be on another machine, whose disk is gone
/// when the run goes on elsewhere.
final class GroupLeader {
  private let plan: PipelinePlan
  private let dataset: Dataset
  private let evaluator: StageEvaluator
  private let workers: Workers
  private let ranks: Ranks
  private let group: Ranks?
  // The values of the state from which the next training goes on, which are not kept.
  private var values: [Float] = []
  private var events: [String] = []
  private var isStopped = false

  init(
    _ plan: PipelinePlan, on dataset: Dataset, evaluator: StageEvaluator, workers: Workers, ranks: Ranks,
    group: Ranks?
  ) {
    (self.plan, self.dataset, self.evaluator, self.workers) = (plan, dataset, evaluator, workers)
    (self.ranks, self.group) = (ranks, group)
  }

  /// Trains until the first rank says that all is trained, or that the run ends.
  ///
  /// - Throws: What prevents the group from going on, after which all ranks know that the run has ended.
  func run() throws {
    try ranks.send(.ready, to: 0)
    while true {
      switch try nextMessage() {
      case .train(let training, let header, let settings):
        try train(training, header, settings)
        if isStopped { return try stop() }
      case .rejoin:
        try group?.order(.rejoin)
        return try leave()
      case .stop: return try stop()
      case .ready, .checkpoint, .trained, .failed, .left: break
      }
    }
  }

  private func nextMessage() throws -> GroupMessage {
    let received = try ranks.nextMessage()
    values = received.values
    return received.message
  }

  private func stop() throws {
    group?.endAfterFailure()
    try leave()
    ranks.end()
  }

  private func leave() throws {
    try ranks.send(.left, to: 0)
    ranks.finishSending()
  }

  private func train(
    _ training: ReadyTraining, _ header: GroupMessage.StateHeader, _ settings: GroupMessage.GroupSettings
  ) throws {
    do {
      let stage = try plan.stage(of: training)
      let trainer = StageTrainer(
        dataset: dataset, evaluator: evaluator, interval: settings.interval, stages: plan.stages.count,
        workers: workers)
      let checkpoint = TrainingRun.Checkpointing(
        every: .seconds(settings.saving), interruption: Interruption(), isAsked: pollStop
      ) { [self] state in
        try ranks.send(.checkpoint(.init(state), events: takeEvents()), state.values(of: stage), to: 0)
      }
      let result = try trainer.train(
        stage, of: training, from: { takeState(header, of: stage) }, on: group, saving: checkpoint
      ) { [self] event in
        switch event {
        case .step, .features: return
        default: events.append(event.json())
        }
      }
      try ranks.send(
        .trained(result.header, events: takeEvents()), result.weights.values(of: stage.keptVariables), to: 0)
    } catch RunError.stopped where isStopped {
      // The last checkpoint has been sent.
    } catch {
      try fail(error)
    }
  }

  private func fail(_ error: any Error) throws -> Never {
    if case RankError.failed(let rank, let reason) = error {
      try ranks.send(.failed(rank: rank, reason: reason), to: 0)
    } else {
      try ranks.send(.failed(rank: ranks.name, reason: "\(error)"), to: 0)
    }
    while !isStopped {
      if case .stop = try nextMessage() { isStopped = true }
    }
    try stop()
    throw error
  }

  /// Returns whether the run has to end.
  private func pollStop() -> Bool {
    if !isStopped, case .stop = try? ranks.poll()?.message { isStopped = true }
    return isStopped
  }

  private func takeState(_ header: GroupMessage.StateHeader, of stage: StagePlan) -> TrainingState {
    defer { values = [] }
    return TrainingState(header, values, of: stage)
  }

  private func takeEvents() -> [String] {
    defer { events = [] }
    return events
  }
}
