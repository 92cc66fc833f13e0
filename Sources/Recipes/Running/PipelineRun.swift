import Foundation
import Ops

extension Pipeline {
  /// Runs the stages, each once, and reuses those that are finished and whose settings, data, seed and
  /// ancestors are the same as when they ran.
  ///
  /// The output folder gets a weight file for each stage (safetensors, torchvision's names and layouts),
  /// the scores of each classifier, and `results.json`. A run that was broken off goes on after its last
  /// finished epoch. The same seed gives the same weights, bit by bit, whatever the number of threads.
  ///
  /// - Parameters:
  ///   - dataset: The photographs.
  ///   - output: The folder for weights and results.
  ///   - size: The side of the views in pixels; as a rule that of the first photograph.
  ///   - seed: What all random numbers are keyed by.
  ///   - interval: After how many epochs the nearest neighbours are asked again during pretraining.
  ///   - workers: The threads.
  ///   - memory: What there is of memory.
  ///   - log: What to do with each line of progress.
  /// - Throws: `PipelineErrors` with everything that keeps a stage from running, too little memory included,
  ///   before any runs; `RunError` when a training diverges; `DataError` when no photograph can be read that would
  ///   do, or one of a strict dataset cannot;
  ///   `FileError` when the folder cannot be written to.
  @discardableResult
  public func run(
    on dataset: Dataset, output: URL, size: Int? = nil, seed: UInt64 = 0, checkingEvery interval: Int = 5,
    workers: Workers = .shared, memory: SystemMemory = .current, log: @escaping (String) -> Void = printAtOnce
  ) throws -> Report {
    let run = try PipelineRun(
      self, on: dataset, output: output, size: size, seed: seed, interval: interval, workers: workers,
      memory: memory, log: log)
    return try run.run()
  }

  /// Runs the stages, with the output folder given by its path.
  @discardableResult
  public func run(
    on dataset: Dataset, output: String, size: Int? = nil, seed: UInt64 = 0, checkingEvery interval: Int = 5,
    workers: Workers = .shared, log: @escaping (String) -> Void = printAtOnce
  ) throws -> Report {
    try run(
      on: dataset, output: URL(filePath: output), size: size, seed: seed, checkingEvery: interval,
      workers: workers, log: log)
  }
}

/// Prints a line and does not keep it back, even if the output is not a terminal.
public func printAtOnce(_ line: String) {
  print(line)
  fflush(nil)
}

/// A pipeline on its way through its stages.
private final class PipelineRun {
  private let pipeline: Pipeline
  private let dataset: Dataset
  private let plan: PipelinePlan
  private let files: StageFiles
  private let seed: UInt64
  private let interval: Int
  private let workers: Workers
  private let notes: ReadingNotes
  private let log: (String) -> Void
  private var weights: [StageWeights] = []
  private var choices: [String: Search.Point] = [:]
  private var photographs: [Split: CroppedPhotographs] = [:]

  init(
    _ pipeline: Pipeline, on dataset: Dataset, output: URL, size: Int?, seed: UInt64, interval: Int,
    workers: Workers, memory: SystemMemory, log: @escaping (String) -> Void
  ) throws {
    precondition(interval > 0, "intervals are positive")
    plan = try PipelinePlan(pipeline, on: dataset, size: size, seed: seed, workers: workers)
    files = try StageFiles(in: output)
    try PipelineRun.check(plan, fits: memory, files)
    self.pipeline = pipeline
    self.dataset = dataset
    self.seed = seed
    self.interval = interval
    self.workers = workers
    let notes = ReadingNotes(of: dataset, log: log)
    self.notes = notes
    self.log = notes.line
  }

  func run() throws -> Report {
    let start = Date()
    var reports: [StageReport] = []
    var branches: [(name: String, predictions: Predictions)] = []
    for (index, memory) in plan.memory.enumerated() {
      let planned = plan.stages[index]
      planned.notes.forEach(log)
      let stage = try search(at: index, memory)
      let report = try reuse(stage) ?? train(stage, memory)
      reports.append(report)
      if let predictions = try score(stage) { branches.append((stage.stage.name, predictions)) }
    }
    let seconds = Date().timeIntervalSince(start)
    let results =
      branches.isEmpty ? nil : try Results(evaluating: branches, seconds: seconds, seed: seed)
    try results?.write(to: files.results)
    notes.finish()
    return Report(
      stages: reports, results: results, damaged: dataset.damaged.photographs, seconds: seconds)
  }

  // A stage that is finished takes no memory; that it is gets found out, from its file, only if it matters.
  private static func check(
    _ plan: PipelinePlan, fits memory: SystemMemory, _ files: StageFiles
  ) throws(PipelineErrors) {
    guard let available = memory.available else { return }
    var problems: [String] = []
    for (stage, needed) in zip(plan.stages, plan.memory) where needed.total > available {
      if case .current = StoredTensors.find(files.weights(of: stage), hash: stage.hash) { continue }
      problems.append(needed.refusal(available: available))
    }
    guard problems.isEmpty else { throw PipelineErrors(problems: problems) }
  }

  /// The plan of a stage at the point that its search chooses, or an earlier repetition's did.
  private func search(at index: Int, _ memory: StageMemory) throws -> StagePlan {
    let planned = plan.stages[index]
    guard let search = planned.parts.search else { return planned }
    if let chosen = choices[planned.stage.name] { return try plan.stage(index, at: chosen) }
    let file = files.search(of: planned)
    var record = SearchRecord(in: file)
    var best: (score: Double, plan: StagePlan)?
    log("\(planned.stage.title)  searches \(search.points.count) settings and takes \(memory.summary)")
    for point in search.points {
      let candidate = try plan.stage(index, at: point)
      let known = record.score(of: candidate.hash)
      let score = try known ?? tried(candidate, search.criterion, best: best?.score)
      if known == nil { try record.add(.init(point: point, hash: candidate.hash, score: score), to: file) }
      log(
        "\(planned.stage.title)  search  \(point)  "
          + String(format: "%.3f", score) + " \(search.criterion) on validation")
      if score > best?.score ?? -.infinity { best = (score, candidate) }
    }
    guard let best else { return planned }
    choices[planned.stage.name] = best.plan.point
    return best.plan
  }

  /// Trains a candidate and keeps its weights, as those of the stage, if it is better than the best before.
  private func tried(_ plan: StagePlan, _ criterion: Criterion, best: Double?) throws -> Double {
    let (weights, history) = try fitted(plan)
    let score = try criterion.value(of: validator(of: plan)(weights))
    if score > best ?? -.infinity { try keep(weights, history, of: plan) }
    try? FileManager.default.removeItem(at: files.checkpoint(of: plan))
    return score
  }

  private func reuse(_ plan: StagePlan) throws -> StageReport? {
    let file = files.weights(of: plan)
    switch StoredTensors.find(file, hash: plan.hash) {
    case .absent: return nil
    case .unusable(let reason):
      log("\(plan.stage.title)  is trained again: \(reason)")
      return nil
    case .current(let stored):
      guard let weights = StageWeights(stored, for: plan.keptVariables) else {
        log("\(plan.stage.title)  is trained again: \(file.path) lacks weights of this network.")
        return nil
      }
      self.weights.append(weights)
      log("\(plan.stage.title)  is reused from \(file.path)")
      let history = stored.metadata["loupe.history"].flatMap { StageHistory(decoding: $0) }
      return report(plan, history ?? StageHistory(), seconds: 0, isReused: true)
    }
  }

  private func train(_ plan: StagePlan, _ memory: StageMemory) throws -> StageReport {
    let start = Date()
    log("\(plan.stage.title)  takes \(memory.summary)")
    let (weights, history) = try fitted(plan)
    try keep(weights, history, of: plan)
    try? FileManager.default.removeItem(at: files.checkpoint(of: plan))
    self.weights.append(weights)
    return report(plan, history, seconds: Date().timeIntervalSince(start), isReused: false)
  }

  private func fitted(_ plan: StagePlan) throws -> (StageWeights, StageHistory) {
    var initial = StageWeights(initialising: plan.step.graph, seed: plan.seed)
    if let earlier = pipeline.predecessor(of: plan.stage) { initial.take(from: weights[earlier]) }
    let training = TrainingRun(plan, on: dataset, from: initial, workers: workers, log: log)
    let validate = try plan.parts.stopping.map { stopping in
      let predictions = try validator(of: plan)
      return { weights in stopping.criterion.value(of: try predictions(weights)) }
    }
    let history = try training.train(
      checkpoint: files.checkpoint(of: plan), every: interval, check(of: plan), validate: validate)
    return (training.weights, history)
  }

  private func keep(_ weights: StageWeights, _ history: StageHistory, of plan: StagePlan) throws {
    var notes = plan.step.graph.inputNormalization.metadata
    notes["loupe.stage"] = plan.stage.title
    notes["loupe.seed"] = "\(seed)"
    notes["loupe.history"] = try history.encoded()
    if case .labels = plan.parts.loss {
      let classifier = ClassifierNotes(
        classes: dataset.classes, size: plan.size, channels: dataset.channels,
        averagesFlips: plan.parts.evaluate?.averagesFlips ?? false)
      notes.merge(try classifier.metadata) { $1 }
    }
    let stored = StoredTensors(
      tensors: weights.tensors(of: plan.keptVariables), hash: plan.hash, notes: notes)
    try stored.write(to: files.weights(of: plan))
  }

  private func report(
    _ plan: StagePlan, _ history: StageHistory, seconds: Double, isReused: Bool
  ) -> StageReport {
    StageReport(
      name: plan.stage.title, history: history, collapse: plan.collapse, choice: plan.point, seconds: seconds,
      isReused: isReused, weights: files.weights(of: plan))
  }

  /// What to ask of a pretrained encoder on the way; a classifier answers for itself.
  private func check(of plan: StagePlan) throws -> RepresentationCheck? {
    guard case .contrastive = plan.parts.loss, !dataset.classes.isEmpty else { return nil }
    return try RepresentationCheck(
      of: plan.parts.encoder, training: cropped(.train), validation: cropped(.validation),
      classes: dataset.classes.count, size: plan.size, channels: dataset.channels, workers: workers)
  }

  /// What a classifier says of the validation photographs, by its weights.
  private func validator(of plan: StagePlan) throws -> (StageWeights) throws -> Predictions {
    let evaluate = Evaluate(on: .validation, averagingFlips: plan.parts.evaluate?.averagesFlips ?? false)
    let scores = ClassifierScores(
      of: plan, evaluate, on: try cropped(.validation), classes: dataset.classes.count)
    let network = try network(of: plan)
    return { try scores.predictions(of: $0, by: network) }
  }

  private func score(_ plan: StagePlan) throws -> Predictions? {
    guard case .labels = plan.parts.loss, let evaluate = plan.parts.evaluate else { return nil }
    let photographs = try cropped(evaluate.split)
    let scores = ClassifierScores(of: plan, evaluate, on: photographs, classes: dataset.classes.count)
    let file = files.predictions(of: plan)
    if let stored = scores.stored(in: file) { return stored }
    return try scores.computed(weights[weights.count - 1], by: network(of: plan), file: file)
  }

  private func network(of plan: StagePlan) throws -> InferenceNetwork {
    try InferenceNetwork(
      plan.parts.model, size: plan.size, channels: dataset.channels, workers: workers)
  }

  private func cropped(_ split: Split) throws -> CroppedPhotographs {
    if let known = photographs[split] { return known }
    let new = try CroppedPhotographs(split, of: dataset, size: plan.size, workers: workers)
    photographs[split] = new
    return new
  }
}
