import Foundation
import Ops

/// The training of one stage: views in, steps of the compiled program, a checkpoint after every epoch.
final class TrainingRun {
  private let plan: StagePlan
  private let dataset: Dataset
  private let loader: ViewLoader
  private let step: any StepProgram
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
    step = plan.program.program()
    progress = Progress(
      stage: plan.stage.title, epochs: plan.optimize.epochs, collapse: plan.collapse, log: log)
    for variable in variables { program.setVariable(variable.path, to: initial[variable]) }
  }

  private var program: Program { step.owner }
  // Everything that one step leaves to the next.
  private var variables: [Variable] { plan.step.graph.variables }

  /// The weights as they are now or, after a training that validates, as they were when they were best.
  var weights: StageWeights { best ?? StageWeights(of: plan.keptVariables, in: program) }

  /// Trains to the end.
  ///
  /// - Parameters:
  ///   - checkpoint: Where the state after each epoch is kept, and where one of a broken run may lie.
  ///   - check: What to measure of the encoder on the way.
  ///   - validate: What early stopping goes by, for the present weights.
  /// - Throws: `RunError` when the loss, or with numerics checked anything in a step, stops being a number;
  ///   `DataError` when a photograph cannot be read.
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
    if program.checksNumerics { progress.checksNumerics() }
    var watch = CollapseWatch(collapse: plan.collapse, epochs: epochs)
    while finishedEpochs < epochs, !hasStopped {
      let epoch = finishedEpochs
      let start = Date()
      let (loss, images) = try run(epoch: epoch)
      let seconds = Date().timeIntervalSince(start)
      history.losses.append(loss)
      let done = epoch + 1
      let spread = measuresSpread ? EmbeddingSpread(of: step.output, columns: width) : nil
      history.spreads[done] = spread
      var accuracy: RepresentationAccuracy?
      if let check, done % interval == 0 || done == epochs {
        accuracy = try check.neighbourAccuracy(value)
        history.neighbours[done] = accuracy
      }
      if let validate { try keepIfBest(validate) }
      progress.epoch(
        done, loss: loss, spread: spread, accuracy: accuracy, validation: history.validation.last,
        learningRate: rate(at: done * steps - 1), images: images, seconds: seconds)
      if measuresSpread, let sentence = watch.warning(epoch: done, loss: loss, spread: spread) {
        progress.warning(sentence)
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

  // Whether the model's results are embeddings.
  private var measuresSpread: Bool { if case .embeddings = plan.parts.loss { true } else { false } }

  private var width: Int { plan.step.output.shape.channels }

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
    let parts = batches.flatMap(step.parts)
    var place = 0
    if let first = parts.first { loader.begin(first, epoch: epoch) }
    for (number, batch) in batches.enumerated() {
      let inputs = inputs(for: batch, at: epoch * steps + number)
      let loss: Double
      do {
        loss = try step.run(inputs) { views in
          try loader.finish(into: views)
          place += 1
          if place < parts.count { loader.begin(parts[place], epoch: epoch) }
        }
      } catch let first as NumericalFault {
        throw RunError.notFinite(
          stage: plan.stage.title, epoch: epoch + 1, step: number + 1,
          learningRate: Double(inputs.learningRate), first: first)
      }
      guard loss.isFinite else {
        throw RunError.diverged(
          stage: plan.stage.title, epoch: epoch + 1, step: number + 1,
          learningRate: Double(inputs.learningRate))
      }
      sum += loss
      images += batch.count
    }
    return (sum / Double(batches.count), images)
  }

  private func inputs(for batch: [ViewRequest], at step: Int) -> StepInputs {
    let total = steps * plan.optimize.epochs
    let scheduled = plan.step.graph.scheduledInputs.map {
      ($0.name, Float($0.schedule.value(at: step, of: total)))
    }
    var labels: [Int32]?
    if case .labels = plan.parts.loss {
      labels = batch.map { Int32(dataset.photographs[$0.photograph].label ?? 0) }
    }
    let groups = plan.groups.map { groups in
      batch.prefix(plan.optimize.batch).map { Float(groups[$0.photograph]) }
    }
    return StepInputs(
      learningRate: Float(rate(at: step)), scheduled: Dictionary(uniqueKeysWithValues: scheduled),
      labels: labels, groups: groups)
  }

  // Everything a step reads and changes, the optimizer's memory included, and the best weights so far.
  private func save(to file: URL) throws {
    let present = StageWeights(of: variables, in: program).tensors(of: variables)
    let kept = best?.tensors(of: plan.keptVariables, prefix: TrainingRun.bestPrefix) ?? []
    let state = StoredTensors(
      tensors: present + kept, hash: plan.hash, damaged: dataset.damaged.ofStage.inOrder,
      notes: ["loupe.epoch": "\(finishedEpochs)", "loupe.history": try history.encoded()])
    try state.write(to: file)
  }

  // No variable's path begins with it.
  private static let bestPrefix = "best:"

  // Goes on from the checkpoint of a broken run of the same stage, if it would go on to the same bits.
  private func resume(from file: URL) {
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
      } else if let epoch = restore(found) {
        return progress.log("\(plan.stage.title)  goes on after epoch \(epoch) of an earlier run")
      } else {
        reason = "\(file.path) lacks a part of the state."
      }
    }
    progress.log("\(plan.stage.title)  begins anew: \(reason)")
  }

  // Takes over the state of a checkpoint, if it is whole, and gives back after which epoch it was saved.
  private func restore(_ found: StoredTensors.Found) -> Int? {
    let state = found.stored
    guard let epoch = state.metadata["loupe.epoch"].flatMap({ Int($0) }),
      (1..<plan.optimize.epochs).contains(epoch),
      let history = state.metadata["loupe.history"].flatMap({ StageHistory(decoding: $0) }),
      let weights = try? StageWeights(state, for: variables)
    else { return nil }
    let best = try? StageWeights(state, for: plan.keptVariables, prefix: TrainingRun.bestPrefix)
    if plan.parts.stopping != nil, best == nil { return nil }
    for variable in variables { program.setVariable(variable.path, to: weights[variable]) }
    self.history = history
    self.best = best
    finishedEpochs = epoch
    dataset.damaged.take(found.damaged, in: dataset)
    return epoch
  }
}
