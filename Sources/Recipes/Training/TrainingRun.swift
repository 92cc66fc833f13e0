import Foundation
import Ops

/// The training of one stage, with a checkpoint after every epoch, every ten minutes and at an interruption.
final class TrainingRun {
  private let plan: StagePlan
  private let dataset: Dataset
  private let step: TrainingSteps
  private let ranks: Ranks?
  private let progress: Progress
  private let checkpoint: Checkpointing
  private var history = StageHistory()
  private var place = TrainingPlace()
  private var best: StageWeights?
  private var lastSave = ContinuousClock.now
  // The rank that has been named as slow.
  private var slowest: Int?

  /// The place of the latest checkpoint; nil if there is none.
  private(set) var saved: TrainingPlace?

  /// Allocates a stage's step and loads the initial weights.
  ///
  /// - Parameter ranks: The processes that compute its parts; this one alone if nil.
  /// - Throws: `OutOfMemory` if the system does not have that memory.
  init(
    _ plan: StagePlan, on dataset: Dataset, from initial: StageWeights, checkpoint: Checkpointing,
    progress: Progress, ranks: Ranks? = nil, workers: Workers
  ) throws(OutOfMemory) {
    self.plan = plan
    self.dataset = dataset
    self.checkpoint = checkpoint
    self.ranks = ranks
    step = try TrainingSteps(
      plan, on: dataset, exchanging: { ranks.exchange($0, of: dataset) }, workers: workers)
    self.progress = progress
    for variable in variables { program.setVariable(variable.path, to: initial[variable]) }
  }

  private var program: Program { step.program }
  private var variables: [Variable] { step.variables }

  /// The current weights or, in a training with validation, the best ones.
  var weights: StageWeights { best ?? StageWeights(of: plan.keptVariables, in: program) }

  /// Trains to the end.
  ///
  /// - Parameters:
  ///   - check: The evaluation of the encoder during training.
  ///   - validate: Returns the validation metric of early stopping for the current weights.
  /// - Throws: `RunError` if the loss or, with numerics checks, any value of a step becomes non-finite, and
  ///   if the run is interrupted; `DataError` if a photograph cannot be read; `FileError` if a checkpoint
  ///   cannot be written, as continuing would risk losing more.
  func train(
    every interval: Int, _ check: RepresentationCheck?, validate: ((StageWeights) throws -> Double)?
  ) throws -> StageHistory {
    resume()
    ranks?.share(step)
    progress.began(epochs: plan.optimize.epochs, finished: place.epochs, steps: steps)
    lastSave = .now
    defer { checkpoint.interruption.noteUnsavedSteps(false) }
    if place == TrainingPlace(), let check {
      let accuracy = try check.neighborAccuracy(value)
      history.neighbors[0] = accuracy
      progress.report(
        .beforeTraining(
          stage: plan.stage.title, accuracy, isRandom: plan.stage.predecessor == nil))
    }
    if program.checksNumerics {
      progress.note("every number is checked (LOUPE_CHECK=numerics), which takes longer")
    }
    // A checkpoint between two epochs was written before the evaluation of the last one.
    let measured = place.steps == 0 ? max(0, place.epochs - 1) : place.epochs
    var watch = CollapseDetector(collapse: plan.collapse, epochs: plan.optimize.epochs)
    if measuresSpread {
      for epoch in 0..<measured {  // does not repeat earlier warnings
        _ = watch.warning(epoch: epoch + 1, loss: history.losses[epoch], spread: history.spreads[epoch + 1])
      }
    }
    if measured < place.epochs { try measure(Pace(), every: interval, check, validate, &watch) }
    while place.epochs < plan.optimize.epochs, !hasStopped {
      let pace = try trainEpoch()
      try measure(pace, every: interval, check, validate, &watch)
    }
    if let check {
      try endIfAsked()
      let probe = try check.probeAccuracy(value)
      history.probe = probe
      progress.report(.probe(stage: plan.stage.title, probe))
    }
    return history
  }

  /// The throughput of an epoch, without the part trained by an earlier run.
  private struct Pace {
    var images = 0
    var seconds = 0.0
  }

  /// Evaluates the weights after an epoch, and logs the result.
  private func measure(
    _ pace: Pace, every interval: Int, _ check: RepresentationCheck?,
    _ validate: ((StageWeights) throws -> Double)?, _ watch: inout CollapseDetector
  ) throws {
    try endIfAsked()
    let done = place.epochs
    var accuracy: RepresentationAccuracy?
    if let check, done % interval == 0 || done == plan.optimize.epochs {
      accuracy = try check.neighborAccuracy(value)
      history.neighbors[done] = accuracy
    }
    if let validate { try keepIfBest(validate) }
    let (loss, spread) = (history.losses[done - 1], history.spreads[done])
    progress.report(
      .epoch(
        EpochRecord(
          stage: plan.stage.title, epoch: done, epochs: plan.optimize.epochs, loss: loss,
          collapse: plan.collapse, spread: spread, neighbors: accuracy, validation: history.validation.last,
          rate: step.rate(at: done * steps - 1), images: pace.images, seconds: pace.seconds)))
    if measuresSpread, let sentence = watch.warning(epoch: done, loss: loss, spread: spread) {
      progress.warning(sentence)
    }
  }

  /// The epoch of the best score so far, counted from 1.
  private var bestEpoch: Int? {
    history.validation.indices.max { (history.validation[$0], $1) < (history.validation[$1], $0) }.map {
      $0 + 1
    }
  }

  private var hasStopped: Bool {
    guard let stopping = plan.parts.stopping, let bestEpoch else { return false }
    return history.validation.count - bestEpoch >= stopping.patience
  }

  private func keepIfBest(_ validate: (StageWeights) throws -> Double) throws {
    let now = StageWeights(of: plan.keptVariables, in: program)
    history.validation.append(try validate(now))
    if bestEpoch == history.validation.count { best = now }
  }

  // Whether the model's outputs are embeddings.
  private var measuresSpread: Bool { plan.parts.objective.predicts == .nothing }

  private var width: Int { plan.step.output.shape.channels }

  private var steps: Int { step.countPerEpoch }

  private func value(of variable: Variable) -> [Float] { program.variable(variable.path, as: Float.self) }

  /// Trains the rest of an epoch, and writes its checkpoint.
  private func trainEpoch() throws -> Pace {
    let start = Date()
    var pace = Pace()
    let epoch = place.epochs
    try ranks?.order(.epoch(epoch, from: place.steps))
    step.begin(place.steps, of: epoch)
    while place.steps < steps {
      try saveIfDue()
      checkpoint.interruption.noteUnsavedSteps(true)
      pace.images += step.images
      try ranks?.order(.step)
      let loss = try step.run()
      ranks?.endStep()
      guard loss.isFinite else {
        throw RunError.diverged(
          stage: plan.stage.title, epoch: epoch + 1, step: place.steps + 1,
          learningRate: Double(Float(step.rate(at: epoch * steps + place.steps))))
      }
      place.steps += 1
      place.loss += loss
      progress.report(
        .step(
          StepProgress(
            stage: plan.stage.title, epoch: epoch + 1, epochs: plan.optimize.epochs, step: place.steps,
            steps: steps, images: pace.images, seconds: Date().timeIntervalSince(start))))
    }
    if let ranks { try report(ranks, epoch: epoch + 1) }
    history.losses.append(place.loss / Double(steps))
    if measuresSpread { history.spreads[epoch + 1] = EmbeddingSpread(of: step.output, columns: width) }
    pace.seconds = Date().timeIntervalSince(start)
    place = TrainingPlace(epochs: epoch + 1)
    try save()
    return pace
  }

  // Reports what the ranks exchanged in an epoch, and names one that keeps the others waiting.
  private func report(_ ranks: Ranks, epoch: Int) throws {
    try ranks.order(.report)
    let work = try ranks.workOfAll()
    let record = ExchangeRecord(
      stage: plan.stage.title, epoch: epoch, computing: work.map(\.computing), bytes: work[0].bytes,
      inFlight: work[0].inFlight, waiting: work[0].waiting)
    progress.report(.exchange(record))
    if let (rank, times) = record.slowest, slowest != rank {
      slowest = rank
      progress.note(
        "\(ranks.name(of: rank)) takes \(String(format: "%.1f", times)) times as long as the others for its part of a "
          + "step, and they wait for it.")
    }
  }

  /// Ends the run if requested. There are no unsaved steps when this is called.
  private func endIfAsked() throws(RunError) {
    guard checkpoint.interruption.isRequested else { return }
    throw .stopped(stage: plan.stage.title, after: saved, cause: nil)
  }

  /// Writes a checkpoint between two steps if one is due or the end of the run has been requested; in the
  /// latter case, ends the run.
  private func saveIfDue() throws {
    let isAsked = checkpoint.interruption.isRequested
    let isDue = isAsked || ContinuousClock.now - lastSave >= checkpoint.interval
    if isDue, place.steps > 0, place != saved { try save() }
    try endIfAsked()
  }

  // All state that a step reads and changes, including the optimizer's, and the best weights so far.
  private func save() throws {
    let present = StageWeights(of: variables, in: program).tensors(of: variables)
    let kept = best?.tensors(of: plan.keptVariables, prefix: TrainingRun.bestPrefix) ?? []
    let state = StoredTensors(
      tensors: present + kept, hash: plan.hash, damaged: dataset.damaged.ofStage.inOrder,
      notes: ["loupe.place": try place.encoded(), "loupe.history": try history.encoded()])
    try state.write(to: checkpoint.file)
    saved = place
    lastSave = .now
    checkpoint.interruption.noteUnsavedSteps(false)
  }

  // No variable's path starts with it.
  private static let bestPrefix = "best:"

  // Resumes from the checkpoint of an interrupted run of the same stage, if that would give the same bits.
  private func resume() {
    let file = checkpoint.file
    let reason: String
    switch StoredTensors.find(file, hash: plan.hash) {
    case .absent: return
    case .unusable(let why): reason = why
    case .current(let found):
      let ours = Provenance.current
      if found.provenance != ours {
        reason =
          "\(file.path) is of \(found.provenance.text), and would not go on to the same bits with \(ours.text)."
      } else if dataset.isStrict, !found.damaged.isEmpty {
        reason = "\(file.path) is of a run that has passed over photographs, which a strict one does not."
      } else if restore(found) {
        return progress.note("goes on after \(place) of an earlier run")
      } else {
        reason = "\(file.path) lacks a part of the state."
      }
    }
    progress.note("begins anew: \(reason)")
  }

  // Restores the state of a checkpoint, if it is complete.
  private func restore(_ found: StoredTensors.Found) -> Bool {
    let state = found.stored
    guard let place = state.metadata["loupe.place"].flatMap({ TrainingPlace(decoding: $0) }),
      let history = state.metadata["loupe.history"].flatMap({ StageHistory(decoding: $0) }),
      place.isWithin(epochs: plan.optimize.epochs, steps: steps), history.losses.count == place.epochs,
      let weights = try? StageWeights(state, for: variables)
    else { return false }
    let best = try? StageWeights(state, for: plan.keptVariables, prefix: TrainingRun.bestPrefix)
    if plan.parts.stopping != nil, best == nil, !history.validation.isEmpty { return false }
    for variable in variables { program.setVariable(variable.path, to: weights[variable]) }
    self.history = history
    self.best = best
    self.place = place
    saved = place
    dataset.damaged.take(found.damaged, in: dataset)
    return true
  }
}
