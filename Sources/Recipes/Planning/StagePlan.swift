import Ops

/// A stage ready to run: the graph is built and compiled, the batches are validated, and the hash is
/// computed. A class, as what runs, stores and shows a stage holds it.
final class StagePlan {
  let stage: Stage
  let parts: StageConfiguration
  /// The point of its search, if it has one.
  let point: Search.Point?
  /// The optimization at that point, with the batch size that the data allow.
  let optimize: Optimize
  /// The precision in which its steps are computed.
  let precision: Precision
  let step: TrainingStep
  /// The compiled step; of a stage that is trained on features, what follows these.
  let program: StepPlan
  /// Whether it is trained on features that are computed once for each photograph: its encoder is frozen, and
  /// its only view is the one that is scored.
  let isOnFeatures: Bool
  let samples: BatchSampler
  /// The group of each photograph, by index, if the loss reads groups.
  let groups: [Int]?
  /// The column values that the loss reads, if any.
  let values: ColumnValues?
  /// The default side of views, and that of photographs for evaluation, in pixels.
  let size: Int
  /// The loss of identical embeddings, if it indicates a collapse.
  let collapse: Double?
  /// Notes for the user before it runs.
  let notes: [String]
  /// The seed of its random numbers, from the run's seed and the repetition.
  let seed: UInt64
  private let identity: StageIdentity

  /// Plans a stage.
  ///
  /// - Parameters:
  ///   - fingerprint: The dataset's fingerprint.
  ///   - seed: The run's seed.
  ///   - point: The point of its search; by default the first.
  ///   - chunks: The number of chunks of a batch that the stage does not cut itself.
  ///   - precision: The precision of a stage that does not say its own.
  /// - Throws: `PipelineErrors`, `GraphErrors` or `DataError` if it cannot run.
  init(
    _ stage: Stage, on dataset: Dataset, fingerprint: String, size: Int, seed: UInt64,
    after earlier: StagePlan?,
    workers: Workers, at point: Search.Point? = nil, chunks: Int? = nil, precision: Precision = .single
  ) throws {
    let parts = try StageConfiguration(of: stage)
    var notes = StageNotes(title: stage.title)
    self.stage = stage
    self.parts = parts
    self.size = size
    self.point = point ?? parts.search?.points.first
    let fitting = parts.optimize(at: self.point, on: dataset, &notes)
    optimize = chunks.map(fitting.cut) ?? fitting
    if optimize.batch < fitting.batch, let chunks {
      notes.add(
        "A batch of \(fitting.batch) cannot be divided into \(chunks) chunks; "
          + "batches of \(optimize.batch) are used.")
    }
    self.precision = parts.precision ?? precision
    values = ColumnValues(of: parts, in: dataset)
    if let problem = values?.problems.first { throw problem }
    notes.add(values?.notes.map { "\($0)." } ?? [])
    notes.addClasses(of: parts, optimize, dataset)

    let form = parts.batchForm(optimize, on: dataset)
    step = try TrainingStep(
      .init(
        networks: Networks(model: parts.model, predictor: parts.predictor, target: parts.target),
        objective: parts.objective, form: form, optimizer: optimize.optimizer, average: parts.average,
        images: parts.views.groups(size: size, channels: dataset.channels)))
    let check = StageCheck(stage, parts, step)
    try check.groupsAreRead()
    try check.outputs(areThoseOf: dataset)
    try check.inputsAreKnown()
    let columns = step.output.shape.channels
    collapse = parts.objective.valueOfEqualEmbeddings(form, columns: columns, workers)
    notes.addWarnings(of: parts.objective, form, columns: columns)

    samples = try parts.sampler(optimize, on: dataset, values, &notes)
    groups = step.asksForGroups ? dataset.groups(of: parts.selection) : nil
    notes.addGroups(groups, of: parts.selection, dataset)
    if let earlier { try check.continues(earlier) }
    let behindFeatures = parts.isOfScoredViews ? step.behindFeatures : nil
    isOnFeatures = behindFeatures != nil && !optimize.isCut
    program = try StepPlan(
      isOnFeatures ? behindFeatures ?? step : step, chunk: optimize.chunk, precision: self.precision,
      workers: workers)
    if behindFeatures != nil { notes.addFeatures(areComputedOnce: isOnFeatures) }
    notes.addPrecision(self.precision)
    notes.add(step.graph.pretrainedNotes + program.slowCalls)
    self.notes = notes.sentences

    self.seed = stage.seed(in: seed)
    identity = StageIdentity(
      of: stage, parts, optimize, self.precision, step.graph, fingerprint: fingerprint, values: values,
      seed: self.seed, after: earlier?.lineage)
  }

  /// Sixteen digits that depend on everything its weights depend on.
  var hash: String { identity.hash }

  /// Whether a run has left its weights in a folder.
  func isFinished(in files: StageFiles) -> Bool {
    if case .current = StoredTensors.find(files.weights(of: self), hash: hash) { true } else { false }
  }

  /// Whether it is a classifier that is scored on the features that it is trained on.
  var isScoredOnFeatures: Bool { isOnFeatures && parts.isClassifier }

  /// The identity for later stages: the hash, and the search.
  var lineage: String { identity.lineage }

  /// The key of its random streams, derived from the name, so that other branches do not affect it.
  var stream: Int { Int(truncatingIfNeeded: FNV.hash(stage.name)) }

  /// The variables saved after the stage.
  var keptVariables: [Variable] { step.graph.variables.filter { $0.role != .memory } }

  /// The variables that a training keeps between its steps: all but those of an encoder that only computes
  /// features.
  var trainedVariables: [Variable] { program.step.graph.variables }

  /// The variables of the encoder.
  var encoderVariables: [Variable] { parts.encoderVariables(in: step) }
}

extension Stage {
  /// Returns the key of its random numbers in a run with the given seed.
  fileprivate func seed(in run: UInt64) -> UInt64 {
    if repetition == 0 { return run }
    var generator = CounterGenerator(seed: run, repetition)
    return generator.next()
  }
}

extension StageConfiguration {
  /// Whether its only view of a photograph is the one that is scored.
  fileprivate var isOfScoredViews: Bool { views.lines == [.scored] }

  /// Returns the optimization at a point of the search, with a batch no larger than a classifier's data.
  fileprivate func optimize(
    at point: Search.Point?, on dataset: Dataset, _ notes: inout StageNotes
  ) -> Optimize {
    let wanted = point.map { optimize.with($0) } ?? optimize
    let available = dataset.indices(of: selection).count
    guard isClassifier, available > 0, available < wanted.batch else { return wanted }
    let fitting = wanted.fitting(available)
    notes.add(
      "\(available) photographs are fewer than a batch of \(wanted.batch); "
        + "batches of \(fitting.batch) are used.")
    return fitting
  }

  /// Returns the form of its batches.
  fileprivate func batchForm(_ optimize: Optimize, on dataset: Dataset) -> BatchForm {
    BatchForm(
      samples: optimize.batch, views: views.count, groups: selection.hasGroups ? .input : .none,
      labels: objective.needs.labels ? selection.labels : .none, classes: dataset.classes.count,
      classWeights: objective.needs.classWeights ? dataset.balancedWeights(of: selection) : nil,
      values: objective.needs.values)
  }

  /// Its batches.
  ///
  /// - Throws: `DataError` if there are none.
  fileprivate func sampler(
    _ optimize: Optimize, on dataset: Dataset, _ values: ColumnValues?, _ notes: inout StageNotes
  ) throws(DataError) -> BatchSampler {
    let source: BatchSampler.Source
    if selection == .patients {
      let pairs = try PatientPairs(of: dataset, batch: optimize.batch, pairs: optimize.pairs)
      notes.addPairs(pairs)
      source = .patients(pairs)
    } else {
      let batches = try PhotographBatches(
        selection, of: dataset, batch: optimize.batch, sampling: optimize.sampling,
        knowing: objective.needs.valuesOnly ? values : nil)
      source = .photographs(batches, views: views.count)
    }
    return BatchSampler(source, stepsPerEpoch: optimize.stepsPerEpoch)
  }
}
