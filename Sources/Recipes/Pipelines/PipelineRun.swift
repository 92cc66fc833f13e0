import Foundation
import Ops

/// The state of a run through the stages of a pipeline.
final class PipelineRun {
  let pipeline: Pipeline
  let dataset: Dataset
  let plan: PipelinePlan
  let files: StageFiles
  let seed: UInt64
  private let interval: Int
  private let saving: Duration
  let interruption: Interruption
  let workers: Workers
  let ranks: Ranks?
  let origin: RunOrigin
  private let page: RunReport.Options?
  private let notes: UnreadableLog
  let report: (RunEvent) -> Void
  private let evaluator: StageEvaluator
  /// The weights of stages that later ones start from, by index.
  private var weights: [Int: StageWeights] = [:]
  private var choices: [String: Search.Point]
  /// The photographs that the stages so far, including finished ones, could not read, by index.
  private var damaged: [Int: DamagedPhotograph] = [:]
  /// The scores of the classifiers so far, by title.
  private(set) var scores: [String: ScoredPhotographs] = [:]
  /// The current stage, and the place of its checkpoint.
  var current: (stage: String, saved: TrainingPlace?) = ("", nil)

  init(
    _ pipeline: Pipeline, on dataset: Dataset, in folder: RunFolder, size: Int?, seed: UInt64, interval: Int,
    saving: Duration, workers: Workers, ranks: Ranks?, memory: SystemMemory, interruption: Interruption,
    origin: RunOrigin, page: RunReport.Options?, report: @escaping (RunEvent) -> Void
  ) throws {
    try Check.run(Check.count("checkingEvery", interval))
    if let page, !page.subgroups.isEmpty {
      try ResultSections.check(page.subgroups, among: dataset.columns)
    }
    let dataset = dataset.listingDamageAnew()
    let files = StageFiles(folder: folder.url)
    func planned() throws -> PipelinePlan {
      let plan = try PipelinePlan(pipeline, on: dataset, size: size, seed: seed, workers: workers)
      try plan.requireOnePart(onEachOf: ranks?.count ?? 1)
      try PipelineRun.check(plan, fits: memory, workers, files)
      return plan
    }
    plan = try ranks?.agreed(planned) ?? planned()
    self.files = files
    dataset.cache?.leaveFree(RunStorage(of: plan.stages).total)
    self.pipeline = pipeline
    choices = pipeline.choices
    self.dataset = dataset
    self.seed = seed
    self.interval = interval
    self.saving = saving
    self.interruption = interruption
    self.workers = workers
    self.ranks = ranks
    evaluator = StageEvaluator(on: dataset, size: plan.size, plans: plan.inference, workers: workers)
    self.origin = origin
    self.page = page
    let history = HistoryFile(files.history)
    let notes = UnreadableLog(of: dataset) { event in
      report(event)
      if let error = history.append(event) {
        report(.note(stage: nil, "The run goes on without its history. \(error)"))
      }
    }
    self.notes = notes
    self.report = notes.pass
    for rank in ranks?.otherKinds ?? [] {
      self.report(
        .note(
          stage: nil,
          "\(rank) has another processor or program than the first rank: the weights depend in their last bits on "
            + "which rank computes what."))
    }
    if let limitation = folder.limitation { self.report(.note(stage: nil, limitation)) }
  }

  /// Ends the run between two parts of it, if requested.
  func endIfAsked() throws(RunError) {
    guard interruption.isRequested else { return }
    throw .stopped(stage: current.stage, after: current.saved, cause: nil)
  }

  /// Returns the run's error for a file that could not be written.
  func stopped(by error: FileError) -> any Error {
    if case .unreadable = error { return error }
    return RunError.stopped(stage: current.stage, after: current.saved, cause: error)
  }

  /// Reports a note about a stage.
  func note(_ plan: StagePlan, _ sentence: String) { report(.note(stage: plan.stage.title, sentence)) }

  func run() throws -> Report {
    let start = Date()
    var reports: [StageReport] = []
    var plans: [StagePlan] = []
    var branches: [(name: String, predictions: Predictions)] = []
    for (index, memory) in plan.memory.enumerated() {
      let planned = plan.stages[index]
      current = (planned.stage.title, nil)
      try endIfAsked()
      if index == 0 { try AtomicFile.write(PhotographTable(of: dataset).table, to: files.photographs) }
      planned.notes.forEach { report(.note(stage: nil, $0)) }
      let start = Date()
      let (stage, isNew) = try search(at: index, memory)
      let stored = try stored(stage, isNew: isNew)
      let (weights, history) = try stored ?? trained(stage, at: index, memory)
      files.removeCheckpoint(of: stage)
      current.saved = nil
      let isReused = stored != nil && !isNew
      let seconds = isReused ? 0 : Date().timeIntervalSince(start)
      reports.append(
        StageReport(
          name: stage.stage.title, history: history, collapse: stage.collapse, choice: stage.point,
          seconds: seconds, isReused: isReused, weights: files.weights(of: stage)))
      plans.append(stage)
      report(
        .stageEnded(
          stage: stage.stage.title, choice: stage.point?.description, seconds: seconds, isReused: isReused))
      noteDamage()
      if let scores = try evaluator.scores(of: stage, weights, in: files) {
        if let evaluated = scores.part(of: stage.parts.evaluate?.split ?? .test) {
          branches.append((stage.stage.name, evaluated.predictions))
        }
        if let validation = scores.part(of: .validation) {
          try Calibration(on: validation.predictions)?.write(to: files.calibration(of: stage))
        }
        self.scores[stage.stage.title] = scores
        noteDamage()
      }
      let findings = try evaluator.audit(
        stage, weights, in: files, withPhotographs: page?.withoutPhotographs != true)
      if let findings {
        note(stage, findings.summary)
        noteDamage()
      }
      self.weights[index] = weights
      self.weights = self.weights.filter { plan.isNeeded($0.key, after: index) }
    }
    let seconds = Date().timeIntervalSince(start)
    let record = try record(of: plans, reports, from: start)
    let results =
      branches.isEmpty
      ? Results(of: record, seconds: seconds, seed: seed, damaged: damaged.inOrder)
      : try Results(
        evaluating: branches, seconds: seconds, seed: seed, damaged: damaged.inOrder, run: record)
    try results.write(to: files.results)
    let written = try page.flatMap { try write($0, of: plans) }
    notes.finish()
    return Report(
      stages: reports, results: branches.isEmpty ? nil : results, damaged: damaged.inOrder, seconds: seconds,
      page: written)
  }

  /// Records the photographs that the stage just trained, reused or scored could not read.
  private func noteDamage() { damaged.merge(dataset.damaged.ofStage) { $1 } }

  // A finished stage needs no memory and no disk space; whether it is finished is read from its file only if
  // that matters.
  private static func check(
    _ plan: PipelinePlan, fits memory: SystemMemory, _ workers: Workers, _ files: StageFiles
  ) throws(PipelineErrors) {
    let (resident, mapped) = (ProcessMemory.resident ?? 0, StageMemory.mapped(by: workers))
    var problems: [String] = []
    for (stage, needed) in zip(plan.stages, plan.memory) {
      guard let refusal = needed.refusal(in: memory, resident: resident, mapped: mapped),
        !stage.isFinished(in: files)
      else { continue }
      problems.append(refusal)
    }
    if RunStorage(of: plan.stages).refusal(in: files.folder) != nil,
      let refusal = RunStorage(of: plan.stages.filter { !$0.isFinished(in: files) }).refusal(in: files.folder)
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
    note(planned, "searches \(search.points.count) settings and takes \(memory.summary)")
    for point in search.points {
      let candidate = try plan.stage(index, at: point)
      let known = record.score(of: candidate.hash)
      let score = try known ?? tried(candidate, at: index, search.metric, best: best?.score)
      if known == nil { try record.add(.init(point: point, hash: candidate.hash, score: score), to: file) }
      report(
        .trial(
          stage: planned.stage.title, point: "\(point)", score: score, metric: "\(search.metric)"))
      if score > best?.score ?? -.infinity { best = (score, candidate, known == nil) }
    }
    guard let best else { return (planned, false) }
    choices[planned.stage.name] = best.plan.point
    return (best.plan, best.isNew)
  }

  /// Trains a candidate and saves its weights as those of the stage if it is better than the best before.
  private func tried(
    _ plan: StagePlan, at index: Int, _ metric: MetricKind, best: Double?
  ) throws -> Double {
    let (weights, history) = try fitted(plan, at: index)
    let score = try metric.value(of: evaluator.validator(of: plan)(weights))
    if score > best ?? -.infinity { try keep(weights, history, of: plan) }
    return score
  }

  private func trained(
    _ plan: StagePlan, at index: Int, _ memory: StageMemory
  ) throws -> (StageWeights, StageHistory) {
    note(plan, "takes \(memory.summary)")
    let (weights, history) = try fitted(plan, at: index)
    try keep(weights, history, of: plan)
    return (weights, history)
  }

  private func fitted(_ plan: StagePlan, at index: Int) throws -> (StageWeights, StageHistory) {
    dataset.damaged.beginStage()
    var initial = try StageWeights(initializing: plan.step.graph, seed: plan.seed)
    let earlier = pipeline.predecessor(of: plan.stage).flatMap { weights[$0] }
    if let earlier { initial.take(from: earlier, for: plan.step.graph.variables) }
    current.saved = nil
    try endIfAsked()
    func training() throws -> TrainingRun {
      try TrainingRun(
        plan, on: dataset, from: initial,
        checkpoint: .init(file: files.checkpoint(of: plan), interval: saving, interruption: interruption),
        progress: Progress(
          stage: plan.stage.title, choice: plan.point?.description, place: (index, pipeline.stages.count),
          report: report),
        ranks: ranks, workers: workers)
    }
    try ranks?.order(.train(stage: index, point: plan.point))
    let training = try ranks.together(training)
    defer { current.saved = training.saved }
    let validate = try plan.parts.stopping.map { stopping in
      let predictions = try evaluator.validator(of: plan)
      return { weights in stopping.metric.value(of: try predictions(weights)) }
    }
    let history = try training.train(every: interval, evaluator.check(of: plan), validate: validate)
    return (training.weights, history)
  }
}
