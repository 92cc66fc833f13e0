import Ops

/// The plans of all stages of a pipeline, made before any runs, so that all errors are found at once.
struct PipelinePlan {
  /// The stages in the order of the pipeline.
  let stages: [StagePlan]
  /// The memory of each stage.
  let memory: [StageMemory]
  /// The largest side of views, in pixels.
  static let largestSize = 4096
  /// The side of the views in pixels.
  let size: Int
  /// The networks that stages are checked and scored by.
  let inference: InferencePlans
  // For each stage, the last one that starts from its weights.
  private let lastUses: [Int?]
  let pipeline: Pipeline
  private let dataset: Dataset
  /// The dataset's fingerprint, computed once, as it reads the status of every file.
  let fingerprint: String
  private let seed: UInt64
  private let workers: Workers

  /// Plans every stage.
  ///
  /// - Parameter ranks: The ranks that will share each batch's chunks, for the memory of each.
  /// - Throws: `PipelineErrors` with everything that prevents a stage from running; `DataError` if the first
  ///   photograph cannot be read.
  init(
    _ pipeline: Pipeline, on dataset: Dataset, size: Int?, seed: UInt64, workers: Workers, ranks: Int = 1
  ) throws {
    self.pipeline = pipeline
    self.dataset = dataset
    fingerprint = dataset.fingerprint
    self.seed = seed
    self.workers = workers
    if let size {
      self.size = size
    } else {
      let first = try dataset.imageOrSubstitute(at: 0, for: .unlabelled)
      self.size = min(first.width, first.height)
    }
    try Check.run(
      Check.count("size", self.size, atMost: PipelinePlan.largestSize),
      pipeline.chunks.flatMap { Check.count("chunks", $0) })
    inference = InferencePlans(size: self.size, channels: dataset.channels, workers: workers)
    stages = try PipelinePlan.stages(
      of: pipeline, on: dataset, fingerprint: fingerprint, size: self.size, seed: seed, workers: workers)
    let lastUses = pipeline.stages.indices.map { index in
      pipeline.stages.indices.last { pipeline.predecessor(of: pipeline.stages[$0]) == index }
    }
    // Photographs are also evaluated on, at the run's size.
    let side = self.size
    let largest = stages.map(\.parts.views).reduce(side) { max($0, $1.largestSize(in: side)) }
    let process = StageMemory.Process(of: dataset, size: largest, workers: workers)
    var memory: [StageMemory] = []
    var weights: [Int] = []
    var splits: Set<Split> = []
    for (place, stage) in stages.enumerated() {
      let held = weights.indices.filter { lastUses[$0].map { $0 >= place } ?? false }
      memory.append(
        try StageMemory(
          of: stage, on: dataset, in: process, inference: inference,
          weightsBefore: held.reduce(0) { $0 + weights[$1] },
          splitsBefore: splits, ranks: ranks))
      weights.append(stage.keptVariables.reduce(0) { $0 + $1.type.byteCount })
      splits.formUnion(stage.splitsToCrop(on: dataset))
    }
    self.memory = memory
    self.lastUses = lastUses
  }

  /// Returns whether a stage after the one at `place` starts from the weights of the one at `index`.
  func isNeeded(_ index: Int, after place: Int) -> Bool { lastUses[index].map { $0 > place } ?? false }

  /// Returns the plan of a stage at a point of its search.
  func stage(_ index: Int, at point: Search.Point) throws -> StagePlan {
    if stages[index].point == point { return stages[index] }
    let earlier = pipeline.predecessor(of: pipeline.stages[index])
    return try StagePlan(
      pipeline.stages[index], on: dataset, fingerprint: fingerprint, size: size, seed: seed,
      after: earlier.map { stages[$0] }, workers: workers, at: point, chunks: pipeline.chunks,
      precision: pipeline.precision)
  }

  private static func stages(
    of pipeline: Pipeline, on dataset: Dataset, fingerprint: String, size: Int, seed: UInt64,
    workers: Workers
  ) throws(PipelineErrors) -> [StagePlan] {
    var plans: [StagePlan?] = []
    var problems = pipeline.structureProblems
    var data = DataCheck(dataset, workers: workers)
    var owners: [String: String] = [:]
    for stage in pipeline.stages {
      let earlier = pipeline.predecessor(of: stage)
      if let parts = try? StageConfiguration(of: stage), !data.passes(parts, of: stage) {
        plans.append(nil)
        continue
      }
      var plan: StagePlan?
      do {
        // If the preceding stage cannot be planned, only the stage's own settings can be checked.
        if let earlier, plans[earlier] == nil {
          _ = try StageConfiguration(of: stage)
        } else if !stage.components.isEmpty {
          plan = try StagePlan(
            stage, on: dataset, fingerprint: fingerprint, size: size, seed: seed,
            after: earlier.flatMap { plans[$0] }, workers: workers, chunks: pipeline.chunks,
            precision: pipeline.precision)
        }
      } catch {
        let own = (error as? PipelineErrors)?.problems
        problems += own ?? ["The stage \"\(stage.title)\" cannot run: \(error)."]
      }
      plans.append(plan)
      guard let plan else { continue }
      let stem = StageFiles.stem(of: plan)
      if let owner = owners.updateValue(stage.title, forKey: stem), owner != stage.title {
        problems.append(
          "The stages \"\(owner)\" and \"\(stage.title)\" would both write \(stem).safetensors; "
            + "give one of them another name.")
      }
      if stem.utf8.count > StageFiles.longestStem {
        problems.append(
          "The name of the stage \"\(stage.title)\" is too long for the names of its files: it would take "
            + "\(stem.utf8.count) bytes of them, and \(StageFiles.longestStem) is the most.")
      }
    }
    problems = data.problems + problems
    guard problems.isEmpty else { throw PipelineErrors(problems: problems) }
    return plans.compactMap { $0 }
  }
}

extension Check {
  /// Checks the settings of a run.
  ///
  /// - Throws: `PipelineErrors` for invalid ones.
  static func run(_ problems: SettingProblem?...) throws(PipelineErrors) {
    let errors = problems.compactMap { $0 }.map { SettingError(owner: "run", problem: $0, location: nil) }
    if !errors.isEmpty { throw PipelineErrors(problems: errors.map(\.description)) }
  }
}
