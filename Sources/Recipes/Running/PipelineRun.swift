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
  ///   - log: What to do with each line of progress.
  /// - Throws: `PipelineErrors` with everything that keeps a stage from running, before any runs;
  ///   `RunError` when a training diverges; `DataError` for a photograph that cannot be read; `FileError`
  ///   when the folder cannot be written to.
  @discardableResult
  public func run(
    on dataset: Dataset, output: URL, size: Int? = nil, seed: UInt64 = 0, checkingEvery interval: Int = 5,
    workers: Workers = .shared, log: @escaping (String) -> Void = printAtOnce
  ) throws -> Report {
    let run = try PipelineRun(
      self, on: dataset, output: output, size: size, seed: seed, interval: interval, workers: workers,
      log: log)
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
  private let plans: [StagePlan]
  private let files: StageFiles
  private let size: Int
  private let seed: UInt64
  private let interval: Int
  private let workers: Workers
  private let log: (String) -> Void
  private var weights: [StageWeights] = []
  private var photographs: [Split: CroppedPhotographs] = [:]

  init(
    _ pipeline: Pipeline, on dataset: Dataset, output: URL, size: Int?, seed: UInt64, interval: Int,
    workers: Workers, log: @escaping (String) -> Void
  ) throws {
    precondition(interval > 0 && size ?? 1 > 0, "sizes and intervals are positive")
    try pipeline.validate()
    let first = try dataset.image(at: 0)
    self.size = size ?? min(first.width, first.height)
    plans = try PipelineRun.plan(pipeline, on: dataset, size: self.size, seed: seed)
    files = try StageFiles(in: output)
    self.pipeline = pipeline
    self.dataset = dataset
    self.seed = seed
    self.interval = interval
    self.workers = workers
    self.log = log
  }

  func run() throws -> Report {
    let start = Date()
    var reports: [StageReport] = []
    var branches: [(name: String, predictions: Predictions)] = []
    for plan in plans {
      plan.notes.forEach(log)
      let report = try reuse(plan) ?? train(plan)
      reports.append(report)
      if let predictions = try score(plan, with: report) { branches.append((plan.stage.name, predictions)) }
    }
    let seconds = Date().timeIntervalSince(start)
    let results =
      branches.isEmpty ? nil : try Results(evaluating: branches, seconds: seconds, seed: seed)
    try results?.write(to: files.results)
    return Report(stages: reports, results: results, seconds: seconds)
  }

  /// Plans every stage before any runs, so that all mistakes come to light at once.
  private static func plan(
    _ pipeline: Pipeline, on dataset: Dataset, size: Int, seed: UInt64
  ) throws(PipelineErrors) -> [StagePlan] {
    var plans: [StagePlan?] = []
    var problems: [String] = []
    var owners: [String: String] = [:]
    for stage in pipeline.stages {
      let earlier = pipeline.predecessor(of: stage)
      // One that starts from a stage that cannot be planned has no mistake of its own yet.
      if let earlier, plans[earlier] == nil {
        plans.append(nil)
        continue
      }
      do {
        let plan = try StagePlan(
          stage, on: dataset, size: size, seed: seed, after: earlier.flatMap { plans[$0] })
        let stem = StageFiles.stem(of: plan)
        if let owner = owners.updateValue(stage.name, forKey: stem) {
          problems.append(
            "The stages \"\(owner)\" and \"\(stage.name)\" would both write \(stem).safetensors; "
              + "give one of them another name.")
        }
        plans.append(plan)
      } catch {
        plans.append(nil)
        let own = (error as? PipelineErrors)?.problems
        problems += own ?? ["The stage \"\(stage.name)\" cannot run: \(error)."]
      }
    }
    guard problems.isEmpty else { throw PipelineErrors(problems: problems) }
    return plans.compactMap { $0 }
  }

  private func reuse(_ plan: StagePlan) throws -> StageReport? {
    let file = files.weights(of: plan)
    switch StoredTensors.find(file, hash: plan.hash) {
    case .absent: return nil
    case .unusable(let reason):
      log("\(plan.stage.name)  is trained again: \(reason)")
      return nil
    case .current(let stored):
      guard let weights = StageWeights(stored, for: plan.keptVariables) else {
        log("\(plan.stage.name)  is trained again: \(file.path) lacks weights of this network.")
        return nil
      }
      self.weights.append(weights)
      log("\(plan.stage.name)  is reused from \(file.path)")
      let history = stored.notes["loupe.history"].flatMap { StageHistory(decoding: $0) }
      return report(plan, history ?? StageHistory(), seconds: 0, isReused: true)
    }
  }

  private func train(_ plan: StagePlan) throws -> StageReport {
    let start = Date()
    var initial = StageWeights(initialising: plan.step.graph.variables, seed: seed)
    if let earlier = pipeline.predecessor(of: plan.stage) { initial.take(from: weights[earlier]) }
    let training = try TrainingRun(
      plan, on: dataset, from: initial, seed: seed, workers: workers, log: log)
    let checkpoint = files.checkpoint(of: plan)
    let history = try training.train(checkpoint: checkpoint, every: interval, check(of: plan))
    let weights = training.weights
    let stored = StoredTensors(
      tensors: weights.tensors(of: plan.keptVariables), hash: plan.hash,
      notes: [
        "loupe.stage": plan.stage.name, "loupe.seed": "\(seed)", "loupe.history": try history.encoded(),
      ])
    try stored.write(to: files.weights(of: plan))
    try? FileManager.default.removeItem(at: checkpoint)
    self.weights.append(weights)
    return report(plan, history, seconds: Date().timeIntervalSince(start), isReused: false)
  }

  private func report(
    _ plan: StagePlan, _ history: StageHistory, seconds: Double, isReused: Bool
  ) -> StageReport {
    StageReport(
      name: plan.stage.name, history: history, collapse: plan.collapse, seconds: seconds, isReused: isReused,
      weights: files.weights(of: plan))
  }

  /// What to ask of a pretrained encoder on the way; a classifier answers for itself.
  private func check(of plan: StagePlan) throws -> RepresentationCheck? {
    guard case .contrastive = plan.parts.loss, !dataset.classes.isEmpty else { return nil }
    return try RepresentationCheck(
      of: plan.parts.encoder, training: cropped(.train), validation: cropped(.validation),
      classes: dataset.classes.count, size: size, channels: dataset.channels, workers: workers)
  }

  private func score(_ plan: StagePlan, with report: StageReport) throws -> Predictions? {
    guard case .labels = plan.parts.loss, let evaluate = plan.parts.evaluate else { return nil }
    let photographs = try cropped(evaluate.split)
    let scores = ClassifierScores(of: plan, evaluate, on: photographs, classes: dataset.classes.count)
    let file = files.predictions(of: plan)
    if let stored = scores.stored(in: file) { return stored }
    return try scores.computed(
      weights[weights.count - 1], channels: dataset.channels, workers: workers, file: file)
  }

  private func cropped(_ split: Split) throws -> CroppedPhotographs {
    if let known = photographs[split] { return known }
    let new = try CroppedPhotographs(split, of: dataset, size: size, workers: workers)
    photographs[split] = new
    return new
  }
}
