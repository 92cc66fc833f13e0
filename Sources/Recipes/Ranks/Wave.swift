import Foundation
import Ops

/// Independent trainings that groups of ranks do at the same time, seen by the first rank.
///
/// The first rank leads a group itself. Between its steps, and while it waits, it writes what the other
/// leaders send: checkpoints, events, weights and scores, and hands a training to each that is ready. It
/// ends when all are trained; or, after a failure or on request, when every group has saved where it is.
final class Wave {
  private let run: PipelineRun
  private let ranks: Ranks
  private let groups: RankGroups
  private let log: WaveLog
  private var left: ArraySlice<ReadyTraining>
  /// The trainings of the other groups, by leader.
  private var active: [Int: (training: ReadyTraining, plan: StagePlan)] = [:]
  /// The leaders that have been told the end and will still send something.
  private var leaving: Set<Int> = []
  private var failure: (any Error)?

  /// The seconds between two looks for messages of a rank that has nothing else to do.
  private static let pause = 0.01

  /// - Parameter trainings: The trainings, the longest first.
  init(_ trainings: [ReadyTraining], of run: PipelineRun, on ranks: Ranks, _ groups: RankGroups) {
    (self.run, self.ranks, self.groups) = (run, ranks, groups)
    left = trainings[...]
    log = WaveLog(show: run.show, record: run.record)
  }

  /// Trains all.
  ///
  /// - Throws: What prevents a group from going on; `RunError` if the run is interrupted.
  func train() throws {
    // A process that is asked to end has to wait for the other groups.
    run.interruption.noteUnsavedSteps(true)
    defer { run.interruption.noteUnsavedSteps(false) }
    // The longest before it listens to others, which may be ready already.
    var next = left.popFirst()
    while let training = next {
      trainHere(training)
      next = isAsked() ? nil : left.popFirst()
    }
    while !isAsked(), let (_, plan) = active.values.first {
      run.current = (plan.stage.title, nil)
      Thread.sleep(forTimeInterval: Wave.pause)
    }
    if failure == nil, !run.interruption.isRequested {
      try end(.rejoin)
      try groups.own?.order(.rejoin)
    } else {
      try end(.stop)
      groups.own?.endAfterFailure()
      ranks.end()
      log.finish()
      throw failure ?? RunError.stopped(stage: run.current.stage, after: run.current.saved, cause: nil)
    }
  }

  /// Tells all leaders the end, and waits for the last that they send.
  private func end(_ message: GroupMessage) throws {
    leaving = Set(groups.leaders.dropFirst())
    for leader in leaving { try ranks.send(message, to: leader) }
    while !leaving.isEmpty {
      do { try obey(ranks.nextMessage()) } catch { failure = failure ?? error }
    }
    ranks.finishSending()
  }

  private func trainHere(_ training: ReadyTraining) {
    log.begin()
    defer { log.end() }
    do {
      let plan = try run.plan.stage(of: training)
      let result = try run.train(
        plan, of: training, on: groups.own,
        saving: .init(
          every: run.saving, interruption: Interruption(), isAsked: isAsked,
          save: run.checkpoint(of: plan).write)
      ) { [log] in log.report($0, of: training) }
      try run.store(result, of: training, plan)
      run.secondsApart[training.index, default: 0] += result.seconds
    } catch RunError.stopped(_, _, nil) where failure != nil || run.interruption.isRequested {
      // The failure of another group is what the run ends with, or the request.
    } catch {
      failure = failure ?? error
    }
  }

  /// Does what the other groups ask for, and returns whether the wave has to end.
  private func isAsked() -> Bool {
    do { while let received = try ranks.poll() { try obey(received) } } catch { failure = failure ?? error }
    return failure != nil || run.interruption.isRequested
  }

  private func obey(_ received: GroupMessage.Received) throws {
    let leader = received.sender
    switch received.message {
    case .ready: try handOut(to: leader)
    case .checkpoint(let header, let events):
      guard let (training, plan) = active[leader] else { return }
      log.take(events, of: training)
      try run.checkpoint(of: plan).write(TrainingState(header, received.values, of: plan))
    case .trained(let header, let events):
      guard let (training, plan) = active.removeValue(forKey: leader) else { return }
      log.take(events, of: training)
      log.end(training)
      try run.store(TrainedStage(header, received.values, of: plan), of: training, plan)
      run.secondsApart[training.index, default: 0] += header.seconds
      try handOut(to: leader)
    case .failed(let rank, let reason):
      failure = failure ?? RankError.failed(rank: rank, reason: reason)
    case .left: leaving.remove(leader)
    case .train, .rejoin, .stop: break
    }
  }

  private func handOut(to leader: Int) throws {
    guard failure == nil, !run.interruption.isRequested, let training = left.popFirst() else { return }
    let plan = try run.plan.stage(of: training)
    let state = try run.state(before: plan)
    active[leader] = (training, plan)
    let settings = GroupMessage.GroupSettings(
      interval: run.trainer.interval, saving: run.saving / .seconds(1))
    try ranks.send(.train(training, from: .init(state), settings), state.values(of: plan), to: leader)
  }
}
