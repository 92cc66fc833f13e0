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
  private var history: StageHistory
  private var place: TrainingPlace
  private var best: StageWeights?
  // The weights of an encoder that only computes features.
  private let fixed: StageWeights
  private var lastSave = ContinuousClock.now
  // The rank that has been named as slow.
  private var slowest: Int?

  /// The place of the latest checkpoint; nil if there is none.
  private(set) var saved: TrainingPlace?

  /// Allocates a stage's step and loads the state from which it goes on.
  ///
  /// - Parameters:
  ///   - state: The state before the first step, or that of a checkpoint.
  ///   - features: The features of a stage that is trained on them.
  ///   - ranks: The processes that compute its parts; this one alone if nil.
  /// - Throws: `OutOfMemory` if the system does not have that memory.
  init(
    _ plan: StagePlan, on dataset: Dataset, from state: TrainingState, features: FeatureLoader? = nil,
    checkpoint: Checkpointing, progress: Progress, ranks: Ranks? = nil, workers: Workers
  ) throws(OutOfMemory) {
    self.plan = plan
    (place, history, best) = (state.place, state.history, state.best)
    saved = state.place == TrainingPlace() ? nil : state.place
    self.dataset = dataset
    self.checkpoint = checkpoint
    self.ranks = ranks
    let trained = Set(plan.trainedVariables.map(\.path))
    fixed = StageWeights(of: plan.step.graph.variables.filter { !trained.contains($0.path) }) {
      state.weights[$0]
    }
    step = try TrainingSteps(
      plan, on: dataset, features: features, exchanging: { ranks.exchange($0, of: dataset) }, workers: workers
    )
    self.progress = progress
    for variable in variables { program.setVariable(variable.path, to: state.weights[variable]) }
    dataset.damaged.take(state.damaged, in: dataset)
  }

  private var program: Program { step.program }
  private var variables: [Variable] { step.variables }

  /// The current weights or, in a training with validation, the best ones.
  var weights: StageWeights { best ?? present }

  // The current weights, averaged if the stage averages.
  private var present: StageWeights {
    fixed.joined(with: StageWeights(averaging: variables.filter { $0.role != .memory }, in: program))
  }

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
    if place != TrainingPlace() { progress.note("goes on after \(place) of an earlier run") }
    ranks?.share(step)
    progress.began(epochs: plan.optimize.epochs, finished: place.epochs, steps: steps)
    lastSave = .now
    defer { checkpoint.interruption.noteUnsavedSteps(false) }
    if place == TrainingPlace(), let check {
      let accuracy = try check.neighborAccuracy(present)
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
      let probe = try check.probeAccuracy(present)
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
      accuracy = try check.neighborAccuracy(present)
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
    let now = present
    history.validation.append(try validate(now))
    if bestEpoch == history.validation.count { best = now }
  }

  // Whether the model's outputs are embeddings.
  private var measuresSpread: Bool { plan.parts.objective.predicts == .nothing }

  private var width: Int { plan.step.output.shape.channels }

  private var steps: Int { step.countPerEpoch }

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
    guard checkpoint.isAsked() else { return }
    throw .stopped(stage: plan.stage.title, after: saved, cause: nil)
  }

  /// Writes a checkpoint between two steps if one is due or the end of the run has been requested; in the
  /// latter case, ends the run.
  private func saveIfDue() throws {
    let isAsked = checkpoint.isAsked()
    let isDue = isAsked || ContinuousClock.now - lastSave >= checkpoint.interval
    if isDue, place.steps > 0, place != saved { try save() }
    try endIfAsked()
  }

  private func save() throws {
    try checkpoint.save(
      TrainingState(
        place, history, fixed.joined(with: StageWeights(of: variables, in: program)), best: best,
        damaged: dataset.damaged.ofStage.inOrder))
    saved = place
    lastSave = .now
    checkpoint.interruption.noteUnsavedSteps(false)
  }
}
