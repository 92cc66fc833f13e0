import Foundation
import Ops

/// The training of one stage: views in, steps of the compiled program, a checkpoint after every epoch.
final class TrainingRun {
  private let plan: StagePlan
  private let dataset: Dataset
  private let loader: ViewLoader
  private let program: Program
  private let progress: Progress
  private var history = StageHistory()
  private var finishedEpochs = 0
  private var best: StageWeights?

  /// Gives a stage's step its memory and fills in the weights it starts from.
  init(
    _ plan: StagePlan, on dataset: Dataset, from initial: StageWeights, workers: Workers,
    log: @escaping (String) -> Void
  ) {
    self.plan = plan
    self.dataset = dataset
    loader = ViewLoader(
      plan.parts.views, of: dataset, plan.parts.selection, size: plan.size, seed: plan.seed,
      stage: plan.stream, workers: workers)
    program = Program(plan.program)
    progress = Progress(
      stage: plan.stage.title, epochs: plan.optimize.epochs, collapse: plan.collapse, log: log)
    for variable in program.variables { program.setVariable(variable.path, to: initial[variable]) }
  }

  /// The weights as they are now or, after a training that validates, as they were when they were best.
  var weights: StageWeights { best ?? StageWeights(of: plan.keptVariables, in: program) }

  /// Trains to the end.
  ///
  /// - Parameters:
  ///   - checkpoint: Where the state after each epoch is kept, and where one of a broken run may lie.
  ///   - check: What to measure of the encoder on the way.
  ///   - validate: What early stopping goes by, for the present weights.
  /// - Throws: `RunError` when the loss stops being a number, `DataError` when a photograph cannot be read.
  func train(
    checkpoint: URL, every interval: Int, _ check: RepresentationCheck?,
    validate: ((StageWeights) throws -> Double)?
  ) throws -> StageHistory {
    resume(from: checkpoint)
    let epochs = plan.optimize.epochs
    if finishedEpochs == 0, let check {
      let accuracy = try check.neighbourAccuracy(value)
      history.neighbours[0] = accuracy
      progress.beforeTraining(accuracy: accuracy, isRandom: plan.stage.predecessor == nil)
    }
    var hasWarned = false
    while finishedEpochs < epochs, !hasStopped {
      let epoch = finishedEpochs
      let start = Date()
      let (loss, images) = try run(epoch: epoch)
      let seconds = Date().timeIntervalSince(start)
      history.losses.append(loss)
      let done = epoch + 1
      var accuracy: RepresentationAccuracy?
      if let check, done % interval == 0 || done == epochs {
        accuracy = try check.neighbourAccuracy(value)
        history.neighbours[done] = accuracy
      }
      if let validate { try keepIfBest(validate) }
      progress.epoch(
        done, loss: loss, accuracy: accuracy, validation: history.validation.last,
        learningRate: rate(at: done * steps - 1), images: images, seconds: seconds)
      if let collapse = plan.collapse, !hasWarned, done > max(2, epochs / 10), abs(loss - collapse) < 0.02 {
        progress.sitsAtCollapse(loss: loss)
        hasWarned = true
      }
      finishedEpochs = done
      if done < epochs, !hasStopped { try save(to: checkpoint) }
    }
    if let check {
      let probe = try check.probeAccuracy(value)
      history.probe = probe
      progress.afterTraining(probe: probe)
    }
    return history
  }

  /// The epoch of the best score so far, from 1.
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

  private var steps: Int { plan.samples.batchesPerEpoch }

  private func rate(at step: Int) -> Double {
    plan.optimize.learningRate.rate(at: step, of: steps * plan.optimize.epochs)
  }

  private func value(of variable: Variable) -> [Float] { program.variable(variable.path, as: Float.self) }

  /// One epoch: its mean loss, and how many images went through.
  private func run(epoch: Int) throws -> (loss: Double, images: Int) {
    var sum = 0.0
    var images = 0
    let batches = plan.samples.batches(seed: plan.seed, stage: plan.stream, epoch: epoch)
    if let first = batches.first { loader.begin(first, epoch: epoch) }
    for (place, batch) in batches.enumerated() {
      try program.withInput(TrainingStep.InputName.images) { try loader.finish(into: $0) }
      setLabels(of: batch)
      setGroups(of: batch)
      if place + 1 < batches.count { loader.begin(batches[place + 1], epoch: epoch) }
      let step = epoch * steps + place
      program.setInput(TrainingStep.InputName.learningRate, to: [Float(rate(at: step))])
      for input in plan.step.graph.scheduledInputs {
        program.setInput(
          input.name, to: [Float(input.schedule.value(at: step, of: steps * plan.optimize.epochs))])
      }
      program.run()
      let loss = Double(program.value(of: plan.step.loss, as: Float.self)[0])
      guard loss.isFinite else {
        throw RunError.diverged(
          stage: plan.stage.title, epoch: epoch + 1, step: place + 1, learningRate: rate(at: step))
      }
      sum += loss
      images += batch.count
    }
    return (sum / Double(batches.count), images)
  }

  private func setLabels(of batch: [ViewRequest]) {
    if case .labels = plan.parts.loss {
      let labels = batch.map { Int32(dataset.photographs[$0.photograph].label ?? 0) }
      program.setInput(TrainingStep.InputName.labels, to: labels)
    }
  }

  private func setGroups(of batch: [ViewRequest]) {
    guard let groups = plan.groups else { return }
    let samples = batch.prefix(plan.optimize.batch)
    program.setInput(Pairs.groupsInput, to: samples.map { Float(groups[$0.photograph]) })
  }

  // Everything a step reads and changes, the optimizer's memory included, and the best weights so far.
  private func save(to file: URL) throws {
    let variables = program.variables
    let present = StageWeights(of: variables, in: program).tensors(of: variables)
    let kept = best?.tensors(of: plan.keptVariables, prefix: TrainingRun.bestPrefix) ?? []
    let state = StoredTensors(
      tensors: present + kept, hash: plan.hash,
      notes: ["loupe.epoch": "\(finishedEpochs)", "loupe.history": try history.encoded()])
    try state.write(to: file)
  }

  // No variable's path begins with it.
  private static let bestPrefix = "best:"

  // Goes on from the checkpoint of a broken run of the same stage; anything else there is passed over.
  private func resume(from file: URL) {
    guard case .current(let state) = StoredTensors.find(file, hash: plan.hash),
      let epoch = state.metadata["loupe.epoch"].flatMap({ Int($0) }),
      (1..<plan.optimize.epochs).contains(epoch),
      let history = state.metadata["loupe.history"].flatMap({ StageHistory(decoding: $0) }),
      let weights = StageWeights(state, for: program.variables)
    else { return }
    let best = StageWeights(state, for: plan.keptVariables, prefix: TrainingRun.bestPrefix)
    if plan.parts.stopping != nil, best == nil { return }
    for variable in program.variables { program.setVariable(variable.path, to: weights[variable]) }
    self.history = history
    self.best = best
    finishedEpochs = epoch
    progress.log("\(plan.stage.title)  goes on after epoch \(epoch) of an earlier run")
  }
}
