import Foundation
import Ops

extension Pipeline {
  /// Runs the stages, each once, and reuses finished ones with the same settings, data, seed and
  /// predecessors.
  ///
  /// The output folder gets a weight file for each stage (safetensors, torchvision's names and layouts), the
  /// scores of each classifier, and `results.json`. An interrupted run resumes from its last checkpoint,
  /// written after each epoch, every ten minutes and at the interruption. The same seed gives the same
  /// weights, bit by bit, for any number of threads.
  ///
  /// - Parameters:
  ///   - dataset: The photographs.
  ///   - folder: The folder for weights and results.
  ///   - size: The side of the views in pixels; by default that of the first photograph.
  ///   - seed: The seed of all random numbers.
  ///   - interval: The number of epochs between nearest-neighbor evaluations during pretraining.
  ///   - saving: The longest training time within an epoch between checkpoints.
  ///   - workers: The threads.
  ///   - memory: The available memory.
  ///   - interruption: The request to end the run early.
  ///   - log: Receives each line of progress.
  /// - Throws: `PipelineErrors` with everything that prevents a stage from running, including a lack of
  ///   memory or disk space, before any runs; `RunError` if a training diverges, the run is interrupted or a
  ///   file cannot be written; `DataError` if a photograph and its substitutes cannot be read, or one of a
  ///   strict dataset cannot.
  @discardableResult
  public func run(
    on dataset: Dataset, in folder: RunFolder, size: Int? = nil, seed: UInt64 = 0,
    checkingEvery interval: Int = 5, savingEvery saving: Duration = .seconds(600), workers: Workers = .shared,
    memory: SystemMemory = .current, interruption: Interruption = Interruption(),
    log: @escaping (String) -> Void = printAtOnce
  ) throws -> Report {
    let run = try PipelineRun(
      self, on: dataset, in: folder, size: size, seed: seed, interval: interval, saving: saving,
      workers: workers, memory: memory, interruption: interruption, log: log)
    do { return try run.run() } catch let error as FileError { throw run.stopped(by: error) }
  }

  /// Runs the stages in a locked folder.
  @discardableResult
  public func run(
    on dataset: Dataset, output: URL, size: Int? = nil, seed: UInt64 = 0, checkingEvery interval: Int = 5,
    workers: Workers = .shared, memory: SystemMemory = .current, log: @escaping (String) -> Void = printAtOnce
  ) throws -> Report {
    try run(
      on: dataset, in: RunFolder(output), size: size, seed: seed, checkingEvery: interval, workers: workers,
      memory: memory, log: log)
  }

  /// Runs the stages in the folder at a path.
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

/// Prints one or more lines, without terminal control characters, and flushes the output, even if it is not a
/// terminal.
public func printAtOnce(_ line: String) {
  print(line.printableLines)
  fflush(nil)
}

/// The state of a run through the stages of a pipeline.
final class PipelineRun {
  private let pipeline: Pipeline
  let dataset: Dataset
  private let plan: PipelinePlan
  let files: StageFiles
  let seed: UInt64
  private let interval: Int
  private let saving: Duration
  private let interruption: Interruption
  private let workers: Workers
  private let notes: UnreadableLog
  let log: (String) -> Void
  private let evaluator: StageEvaluator
  /// The weights of stages that later ones start from, by index.
  private var weights: [Int: StageWeights] = [:]
  private var choices: [String: Search.Point] = [:]
  /// The photographs that the stages so far, including finished ones, could not read, by index.
  private var damaged: [Int: DamagedPhotograph] = [:]
  /// The current stage, and the place of its checkpoint.
  private var current: (stage: String, saved: TrainingPlace?) = ("", nil)

  init(
    _ pipeline: Pipeline, on dataset: Dataset, in folder: RunFolder, size: Int?, seed: UInt64, interval: Int,
    saving: Duration, workers: Workers, memory: SystemMemory, interruption: Interruption,
    log: @escaping (String) -> Void
  ) throws {
    try Check.run(Check.count("checkingEvery", interval))
    let dataset = dataset.listingDamageAnew()
    plan = try PipelinePlan(pipeline, on: dataset, size: size, seed: seed, workers: workers)
    files = StageFiles(folder: folder.url)
    try PipelineRun.check(plan, fits: memory, workers, files)
    dataset.cache?.leaveFree(RunStorage(of: plan.stages).total)
    self.pipeline = pipeline
    self.dataset = dataset
    self.seed = seed
    self.interval = interval
    self.saving = saving
    self.interruption = interruption
    self.workers = workers
    evaluator = StageEvaluator(on: dataset, size: plan.size, plans: plan.inference, workers: workers)
    let notes = UnreadableLog(of: dataset, log: log)
    self.notes = notes
    self.log = { notes.line($0.printable) }
    if let limitation = folder.limitation { log(limitation) }
  }

  /// Ends the run between two parts of it, if requested.
  private func endIfAsked() throws(RunError) {
    guard interruption.isRequested else { return }
    throw .stopped(stage: current.stage, after: current.saved, cause: nil)
  }

  /// Returns the run's error for a file that could not be written.
  func stopped(by error: FileError) -> any Error {
    if case .unreadable = error { return error }
    return RunError.stopped(stage: current.stage, after: current.saved, cause: error)
  }

  func run() throws -> Report {
    let start = Date()
    var reports: [StageReport] = []
    var branches: [(name: String, predictions: Predictions)] = []
    for (index, memory) in plan.memory.enumerated() {
      let planned = plan.stages[index]
      current = (planned.stage.title, nil)
      try endIfAsked()
      planned.notes.forEach(log)
      let start = Date()
      let (stage, isNew) = try search(at: index, memory)
      let stored = try stored(stage, isNew: isNew)
      let (weights, history) = try stored ?? trained(stage, memory)
      files.removeCheckpoint(of: stage)
      current.saved = nil
      let isReused = stored != nil && !isNew
      reports.append(
        StageReport(
          name: stage.stage.title, history: history, collapse: stage.collapse, choice: stage.point,
          seconds: isReused ? 0 : Date().timeIntervalSince(start), isReused: isReused,
          weights: files.weights(of: stage)))
      noteDamage()
      if let predictions = try evaluator.predictions(of: stage, weights, in: files) {
        branches.append((stage.stage.name, predictions))
        noteDamage()
      }
      if let findings = try evaluator.audit(stage, weights, in: files) {
        log("\(stage.stage.title)  \(findings.summary)")
        noteDamage()
      }
      self.weights[index] = weights
      self.weights = self.weights.filter { plan.isNeeded($0.key, after: index) }
    }
    let seconds = Date().timeIntervalSince(start)
    let results =
      branches.isEmpty
      ? nil
      : try Results(
        evaluating: branches, seconds: seconds, seed: seed, damaged: damaged.inOrder)
    try results?.write(to: files.results)
    notes.finish()
    return Report(stages: reports, results: results, damaged: damaged.inOrder, seconds: seconds)
  }

  /// Records the photographs that the stage just trained, reused or scored could not read.
  private func noteDamage() { damaged.merge(dataset.damaged.ofStage) { $1 } }

  // A finished stage needs no memory and no disk space; whether it is finished is read from its file only if
  // that matters.
  private static func check(
    _ plan: PipelinePlan, fits memory: SystemMemory, _ workers: Workers, _ files: StageFiles
  ) throws(PipelineErrors) {
    func isFinished(_ stage: StagePlan) -> Bool {
      if case .current = StoredTensors.find(files.weights(of: stage), hash: stage.hash) {
        true
      } else {
        false
      }
    }
    let (resident, mapped) = (ProcessMemory.resident ?? 0, StageMemory.mapped(by: workers))
    var problems: [String] = []
    for (stage, needed) in zip(plan.stages, plan.memory) {
      guard let refusal = needed.refusal(in: memory, resident: resident, mapped: mapped), !isFinished(stage)
      else { continue }
      problems.append(refusal)
    }
    if RunStorage(of: plan.stages).refusal(in: files.folder) != nil,
      let refusal = RunStorage(of: plan.stages.filter { !isFinished($0) }).refusal(in: files.folder)
    {
      problems.append(refusal)
    }
    guard problems.isEmpty else { throw PipelineErrors(problems: problems) }
  }

  /// Returns the plan of a stage at the point that its search, or an earlier repetition's, selects, and
  /// whether the search has just written its weights.
  private func search(at index: Int, _ memory: StageMemory) throws -> (StagePlan, isNew: Bool) {
    let planned = plan.stages[index]
    guard let search = planned.parts.search else { return (planned, false) }
    if let chosen = choices[planned.stage.name] { return (try plan.stage(index, at: chosen), false) }
    let file = files.search(of: planned)
    var record = SearchRecord(in: file)
    var best: (score: Double, plan: StagePlan, isNew: Bool)?
    log("\(planned.stage.title)  searches \(search.points.count) settings and takes \(memory.summary)")
    for point in search.points {
      let candidate = try plan.stage(index, at: point)
      let known = record.score(of: candidate.hash)
      let score = try known ?? tried(candidate, search.metric, best: best?.score)
      if known == nil { try record.add(.init(point: point, hash: candidate.hash, score: score), to: file) }
      log(
        "\(planned.stage.title)  search  \(point)  "
          + String(format: "%.3f", score) + " \(search.metric) on validation")
      if score > best?.score ?? -.infinity { best = (score, candidate, known == nil) }
    }
    guard let best else { return (planned, false) }
    choices[planned.stage.name] = best.plan.point
    return (best.plan, best.isNew)
  }

  /// Trains a candidate and saves its weights as those of the stage if it is better than the best before.
  private func tried(_ plan: StagePlan, _ metric: MetricKind, best: Double?) throws -> Double {
    let (weights, history) = try fitted(plan)
    let score = try metric.value(of: evaluator.validator(of: plan)(weights))
    if score > best ?? -.infinity { try keep(weights, history, of: plan) }
    return score
  }

  private func trained(_ plan: StagePlan, _ memory: StageMemory) throws -> (StageWeights, StageHistory) {
    log("\(plan.stage.title)  takes \(memory.summary)")
    let (weights, history) = try fitted(plan)
    try keep(weights, history, of: plan)
    return (weights, history)
  }

  private func fitted(_ plan: StagePlan) throws -> (StageWeights, StageHistory) {
    dataset.damaged.beginStage()
    var initial = try StageWeights(initializing: plan.step.graph, seed: plan.seed)
    let earlier = pipeline.predecessor(of: plan.stage).flatMap { weights[$0] }
    if let earlier { initial.take(from: earlier, for: plan.step.graph.variables) }
    current.saved = nil
    try endIfAsked()
    let training = try TrainingRun(
      plan, on: dataset, from: initial,
      checkpoint: .init(file: files.checkpoint(of: plan), interval: saving, interruption: interruption),
      workers: workers, log: log)
    defer { current.saved = training.saved }
    let validate = try plan.parts.stopping.map { stopping in
      let predictions = try evaluator.validator(of: plan)
      return { weights in stopping.metric.value(of: try predictions(weights)) }
    }
    let history = try training.train(every: interval, evaluator.check(of: plan), validate: validate)
    return (training.weights, history)
  }
}
