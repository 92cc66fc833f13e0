import Foundation
import Ops

/// The training of one stage: views in, steps of the compiled program, a checkpoint after every epoch.
final class TrainingRun {
  private let plan: StagePlan
  private let dataset: Dataset
  private let seed: UInt64
  private let loader: ViewLoader
  private let program: Program
  private let progress: Progress
  private var history = StageHistory()
  private var finishedEpochs = 0

  /// Gives a stage's step its memory and fills in the weights it starts from.
  init(
    _ plan: StagePlan, on dataset: Dataset, from initial: StageWeights, seed: UInt64, workers: Workers,
    log: @escaping (String) -> Void
  ) {
    self.plan = plan
    self.dataset = dataset
    self.seed = seed
    loader = ViewLoader(
      plan.parts.views, of: dataset, size: plan.size, seed: seed, stage: plan.stream, workers: workers)
    program = Program(plan.program)
    progress = Progress(
      stage: plan.stage.name, epochs: plan.optimize.epochs, collapse: plan.collapse, log: log)
    for variable in program.variables { program.setVariable(variable.path, to: initial[variable]) }
  }

  /// The weights as they are now.
  var weights: StageWeights { StageWeights(of: plan.keptVariables, in: program) }

  /// Trains to the end.
  ///
  /// - Parameters:
  ///   - checkpoint: Where the state after each epoch is kept, and where one of a broken run may lie.
  ///   - check: What to measure of the encoder on the way.
  /// - Throws: `RunError` when the loss stops being a number, `DataError` when a photograph cannot be read.
  func train(
    checkpoint: URL, every interval: Int, _ check: RepresentationCheck?
  ) throws -> StageHistory {
    resume(from: checkpoint)
    let epochs = plan.optimize.epochs
    if finishedEpochs == 0, let check {
      let accuracy = try check.neighbourAccuracy(value)
      history.neighbours[0] = accuracy
      progress.beforeTraining(accuracy: accuracy, isRandom: plan.stage.predecessor == nil)
    }
    var hasWarned = false
    for epoch in finishedEpochs..<epochs {
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
      progress.epoch(
        done, loss: loss, accuracy: accuracy, learningRate: rate(at: done * steps - 1), images: images,
        seconds: seconds)
      if let collapse = plan.collapse, !hasWarned, done > max(2, epochs / 10), abs(loss - collapse) < 0.02 {
        progress.sitsAtCollapse(loss: loss)
        hasWarned = true
      }
      finishedEpochs = done
      if done < epochs { try save(to: checkpoint) }
    }
    if let check {
      let probe = try check.probeAccuracy(value)
      history.probe = probe
      progress.afterTraining(probe: probe)
    }
    return history
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
    let batches = plan.samples.batches(seed: seed, stage: plan.stream, epoch: epoch)
    if let first = batches.first { loader.begin(first, epoch: epoch) }
    for (place, batch) in batches.enumerated() {
      try program.withInput(TrainingStep.InputName.images) { try loader.finish(into: $0) }
      setLabels(of: batch)
      if place + 1 < batches.count { loader.begin(batches[place + 1], epoch: epoch) }
      let step = epoch * steps + place
      program.setInput(TrainingStep.InputName.learningRate, to: [Float(rate(at: step))])
      program.run()
      let loss = Double(program.value(of: plan.step.loss, as: Float.self)[0])
      guard loss.isFinite else {
        throw RunError.diverged(
          stage: plan.stage.name, epoch: epoch + 1, step: place + 1, learningRate: rate(at: step))
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

  // Everything a step reads and changes, the optimizer's memory included.
  private func save(to file: URL) throws {
    let variables = program.variables
    let state = StoredTensors(
      tensors: StageWeights(of: variables, in: program).tensors(of: variables), hash: plan.hash,
      notes: ["loupe.epoch": "\(finishedEpochs)", "loupe.history": try history.encoded()])
    try state.write(to: file)
  }

  // Goes on from the checkpoint of a broken run of the same stage; anything else there is passed over.
  private func resume(from file: URL) {
    guard case .current(let state) = StoredTensors.find(file, hash: plan.hash),
      let epoch = state.notes["loupe.epoch"].flatMap({ Int($0) }), (1..<plan.optimize.epochs).contains(epoch),
      let history = state.notes["loupe.history"].flatMap({ StageHistory(decoding: $0) }),
      let weights = StageWeights(state, for: program.variables)
    else { return }
    for variable in program.variables { program.setVariable(variable.path, to: weights[variable]) }
    self.history = history
    finishedEpochs = epoch
    progress.log("\(plan.stage.name)  goes on after epoch \(epoch) of an earlier run")
  }
}
