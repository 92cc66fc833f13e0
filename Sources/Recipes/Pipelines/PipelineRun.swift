import Foundation
import Ops

/// The state of a run through the stages of a pipeline.
final class PipelineRun {
  let pipeline: Pipeline
  let dataset: Dataset
  let plan: PipelinePlan
  let files: StageFiles
  let seed: UInt64
  let saving: Duration
  let interruption: Interruption
  let workers: Workers
  let ranks: Ranks?
  let origin: RunOrigin
  private let page: RunReport.Options?
  private let notes: UnreadableLog
  /// Reports an event: shows and records it.
  let report: (RunEvent) -> Void
  /// Shows an event to whoever has started the run.
  let show: (RunEvent) -> Void
  /// Appends an event to the history of the run.
  let record: (RunEvent) -> Void
  /// The estimated times of trainings on some of the ranks; nil for one process.
  let times: RankTimes?
  private let evaluator: StageEvaluator
  let trainer: StageTrainer
  /// The weights of stages that later ones start from, by index.
  private(set) var weights: [Int: StageWeights] = [:]
  /// The choices of searches, by the name of their stage.
  var choices: [String: Search.Point]
  /// The hashes of stages at the points of their searches, by index.
  var knownHashes: [Int: [String]] = [:]
  /// The hashes of the trainings of this run.
  var written: Set<String> = []
  /// The hashes of stages that are known to be finished.
  var finished: Set<String> = []
  /// The seconds of trainings in groups of ranks, by the index of their stage.
  var secondsApart: [Int: Double] = [:]
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
    let times = ranks.map { RankTimes(on: $0, workers: workers) }
    var atOnce = 1
    func planned() throws -> PipelinePlan {
      let plan = try PipelinePlan(pipeline, on: dataset, size: size, seed: seed, workers: workers)
      try plan.requireOnePart(onEachOf: ranks?.count ?? 1)
      if let ranks, let times {
        let work = WorkLeft(of: plan, in: files).stages
        atOnce = try SpreadForecast(of: plan, left: work, ranks: ranks.count, times.seconds).mostGroups
      }
      try PipelineRun.check(plan, fits: memory, workers, files, atOnce)
      return plan
    }
    plan = try ranks?.agreed(planned) ?? planned()
    self.files = files
    dataset.cache?.leaveFree(RunStorage(of: plan.stages, atOnce: atOnce).total)
    self.pipeline = pipeline
    choices = pipeline.choices
    self.dataset = dataset
    self.seed = seed
    self.saving = saving
    self.interruption = interruption
    self.workers = workers
    self.ranks = ranks
    evaluator = StageEvaluator(on: dataset, size: plan.size, plans: plan.inference, workers: workers)
    trainer = StageTrainer(
      dataset: dataset, evaluator: evaluator, interval: interval, stages: pipeline.stages.count,
      workers: workers)
    self.origin = origin
    self.page = page
    let history = HistoryFile(files.history)
    let notes = UnreadableLog(of: dataset, report: report)
    func record(_ event: RunEvent) {
      if let error = history.append(event) {
        report(.note(stage: nil, "The run goes on without its history. \(error)"))
      }
    }
    self.notes = notes
    self.record = record
    show = notes.pass
    self.report = { event in
      notes.pass(event)
      record(event)
    }
    self.times = times
    for rank in ranks?.otherKinds ?? [] {
      self.report(
        .note(
          stage: nil,
          "\(rank) has another processor or program than the first rank: the weights depend in their last bits on "
            + "which rank computes what."))
    }
    for limitation in [folder.limitation, blasLimitation].compactMap(\.self) {
      self.report(.note(stage: nil, limitation))
    }
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
      let ahead = try spread(from: index)
      let stage = try search(at: index, memory)
      let stored = try stored(stage)
      let (weights, history) = try stored ?? trained(stage, at: index, memory)
      files.removeCheckpoints(of: stage)
      current.saved = nil
      let isReused = !written.contains(stage.hash)
      let seconds = isReused ? 0 : Date().timeIntervalSince(start) - ahead + (secondsApart[index] ?? 0)
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
    _ plan: PipelinePlan, fits memory: SystemMemory, _ workers: Workers, _ files: StageFiles, _ atOnce: Int
  ) throws(PipelineErrors) {
    let (resident, mapped) = (ProcessMemory.resident ?? 0, StageMemory.mapped(by: workers))
    var problems: [String] = []
    for (stage, needed) in zip(plan.stages, plan.memory) {
      guard let refusal = needed.refusal(in: memory, resident: resident, mapped: mapped),
        !stage.isFinished(in: files)
      else { continue }
      problems.append(refusal)
    }
    func shortage(for stages: [StagePlan]) -> String? {
      RunStorage(of: stages, atOnce: atOnce).refusal(in: files.folder)
    }
    if shortage(for: plan.stages) != nil,
      let refusal = shortage(for: plan.stages.filter { !$0.isFinished(in: files) })
    {
      problems.append(refusal)
    }
    guard problems.isEmpty else { throw PipelineErrors(problems: problems) }
  }
}
