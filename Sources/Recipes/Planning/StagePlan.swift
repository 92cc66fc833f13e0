import Ops

/// A stage made ready to run: its graph is built and compiled, its batches are known to exist, its hash is
/// taken.
struct StagePlan {
  let stage: Stage
  let parts: StageConfiguration
  /// The point of its search, if it has one.
  let point: Search.Point?
  /// How it is optimized, at that point and with the batch that the data allow.
  let optimize: Optimize
  let step: TrainingStep
  /// The step compiled.
  let program: StepPlan
  let samples: BatchSampler
  /// The group of each photograph, by its index, if the loss asks for groups.
  let groups: [Int]?
  /// The side in pixels of its views that have no size of their own, and of what it is scored on.
  let size: Int
  /// The loss when all embeddings are the same, if it has one that tells a collapse.
  let collapse: Double?
  /// What the user should know before it runs.
  let notes: [String]
  /// Sixteen digits that change when anything its weights depend on does.
  let hash: String
  /// What later stages depend on: the hash, and what was searched.
  let lineage: String
  /// What its random numbers are keyed by: the run's seed, and which repetition it is.
  let seed: UInt64
  /// The number that its random streams are keyed by; it follows from the name, so another branch beside it
  /// changes nothing.
  let stream: Int

  /// Plans a stage.
  ///
  /// - Parameters:
  ///   - fingerprint: The dataset's.
  ///   - seed: The run's seed.
  ///   - point: The point of its search; the first one without.
  /// - Throws: What keeps it from running: `PipelineErrors`, `GraphErrors` or `DataError`.
  init(
    _ stage: Stage, on dataset: Dataset, fingerprint: String, size: Int, seed: UInt64,
    after earlier: StagePlan?,
    workers: Workers, at point: Search.Point? = nil
  ) throws {
    let parts = try StageConfiguration(of: stage)
    self.point = point ?? parts.search?.points.first
    var optimize = self.point.map { parts.optimize.with($0) } ?? parts.optimize
    var notes: [String] = []
    let objective = parts.objective
    if parts.isClassifier {
      let available = dataset.indices(of: parts.selection).count
      if available > 0, available < optimize.batch {
        let fitting = optimize.fitting(available)
        notes.append(
          "\(stage.title): \(available) photographs are fewer than a batch of \(optimize.batch); "
            + "batches of \(fitting.batch) are used.")
        optimize = fitting
      }
    }
    if objective.needs.labels {
      let absent = dataset.classesWithoutPhotographs(in: parts.selection)
      if !absent.isEmpty {
        let isBalanced = objective.needs.classWeights || optimize.sampling == .balanced
        notes.append(
          "\(stage.title): there are no photographs to train on of \(absent.joined(separator: ", ")); "
            + (isBalanced ? "the other classes are balanced." : "nothing will be taken for them."))
      }
      if let split = parts.evaluate?.split {
        let scored = Set(dataset.indices(of: .labelled(split)).compactMap { dataset.photographs[$0].label })
        if scored.count == 1, let only = scored.first {
          notes.append(
            "\(stage.title): all labelled photographs in the \(split) split are of \(dataset.classes[only]), so a score "
              + "says only how often that class is recognized.")
        }
      }
    }
    let form = BatchForm(
      samples: optimize.batch, views: parts.views.count, groups: parts.selection.hasGroups ? .input : .none,
      labels: objective.needs.labels ? parts.selection.labels : .none, classes: dataset.classes.count,
      classWeights: objective.needs.classWeights ? dataset.balancedWeights(of: parts.selection) : nil)
    step = try TrainingStep(
      .init(
        networks: Networks(model: parts.model, predictor: parts.predictor, target: parts.target),
        objective: objective, form: form, optimizer: optimize.optimizer,
        images: parts.views.groups(size: size, channels: dataset.channels)))
    let columns = step.output.shape.channels
    try StagePlan.check(step, knowsGroupsOf: parts.selection, stage)
    if parts.isClassifier, columns != dataset.classes.count {
      throw PipelineErrors(problems: [
        "The stage \"\(stage.title)\" tells \(columns) classes apart, but the dataset names "
          + "\(dataset.classes.count); give the classifier as many as the dataset has."
      ])
    }
    collapse = objective.valueOfEqualEmbeddings(form, columns: columns, workers)
    notes += objective.warnings(form, columns: columns).map { "\(stage.title): \($0)." }
    try StagePlan.check(step, knowsInputsOf: parts, stage)
    let source: BatchSampler.Source
    if parts.selection == .patients {
      let pairs = try PatientPairs(of: dataset, batch: optimize.batch, pairs: optimize.pairs)
      source = .patients(pairs)
      if let sentence = pairs.note { notes.append("\(stage.title): \(sentence)") }
    } else {
      let batches = try PhotographBatches(
        parts.selection, of: dataset, batch: optimize.batch, sampling: optimize.sampling)
      source = .photographs(batches, views: parts.views.count)
    }
    samples = BatchSampler(source, stepsPerEpoch: optimize.stepsPerEpoch)
    groups = step.asksForGroups ? dataset.groups(of: parts.selection) : nil
    let selected = dataset.indices(of: parts.selection)
    if let groups, Set(selected.map { groups[$0] }).count == selected.count {
      let shared = parts.selection.hasLabels ? "have the same label" : "are of the same patient"
      notes.append(
        "\(stage.title): no two photographs to train on \(shared), so the loss has only the two views of a photograph "
          + "for positives, as with .unlabelled.")
    }
    if let earlier { try StagePlan.check(parts, of: stage, step, continues: earlier) }
    program = try StepPlan(step, chunk: optimize.chunk, workers: workers)
    self.stage = stage
    self.parts = parts
    self.optimize = optimize
    self.notes =
      notes + (step.graph.pretrainedNotes + program.slowCalls).map { "\(stage.title): \($0)" }
    self.size = size
    self.seed = stage.repetition == 0 ? seed : StagePlan.seed(seed, repetition: stage.repetition)
    stream = Int(truncatingIfNeeded: stage.name.stableHash)

    var hash = ContentHash()
    hash.combine("stage 3")
    hash.combine(stage.name)
    hash.combine(step.graph.description)
    for variable in step.graph.variables { hash.combine("\(variable.path) \(variable.initializer)") }
    for input in step.graph.scheduledInputs { hash.combine("\(input.name) \(input.schedule)") }
    hash.combine(parts.views.summary)
    hash.combine(optimize.summary)
    hash.combine(parts.selection.summary)
    hash.combine(fingerprint)
    hash.combine(Int(truncatingIfNeeded: self.seed))
    hash.combine(parts.stopping?.summary ?? "")
    hash.combine(earlier?.lineage ?? "")
    self.hash = hash.text
    hash.combine(parts.search?.summary ?? "")
    lineage = hash.text
  }

  private static func seed(_ seed: UInt64, repetition: Int) -> UInt64 {
    var generator = CounterGenerator(seed: seed, repetition)
    return generator.next()
  }

  /// The variables that outlive the stage.
  var keptVariables: [Variable] { step.graph.variables.filter { $0.role != .memory } }

  /// A loss that takes the photographs of a patient for those of different ones would push them apart.
  private static func check(
    _ step: TrainingStep, knowsGroupsOf selection: Selection, _ stage: Stage
  ) throws(PipelineErrors) {
    if selection == .bags, !step.asksForGroups {
      throw PipelineErrors(problems: [
        "The stage \"\(stage.title)\" reads bags, but its loss takes only the two views of a photograph for positives: it "
          + "would push the other photographs of the same patient away as negatives. Use a loss that asks for "
          + "pairs.positiveMask, such as SupCon(), or read .patients."
      ])
    }
  }

  /// The variables that are the encoder's.
  var encoderVariables: [Variable] { StagePlan.encoderVariables(parts, step) }

  private static func encoderVariables(_ parts: StageConfiguration, _ step: TrainingStep) -> [Variable] {
    let encoder = GraphBuilder()
    _ = parts.encoder.atRoot(encoder.input("images", step.graph.nodes[step.graph.inputs[0].node].type.shape))
    return encoder.variables
  }

  /// An input of a layer or a loss that no step sets would be whatever its memory holds.
  private static func check(
    _ step: TrainingStep, knowsInputsOf parts: StageConfiguration, _ stage: Stage
  ) throws(PipelineErrors) {
    let graph = step.graph
    var known = Set(step.definition.images.inputNames)
    known.formUnion([TrainingStep.InputName.learningRate, Pairs.groupsInput])
    if parts.objective.needs.labels { known.insert(TrainingBatch.labelsInput) }
    let problems = graph.inputs.compactMap { name, node -> String? in
      if known.contains(name) || graph.nodes[node].initialValue != nil { return nil }
      let place = graph.nodes[node].path
      return "The stage \"\(stage.title)\" has an input \"\(name)\"\(place.isEmpty ? "" : " at \(place)") "
        + "that nothing gives a value to. A number that changes over the stage is a Scheduled; one that does not is a constant, or an input "
        + "with `initially:`."
    }
    if !problems.isEmpty { throw PipelineErrors(problems: problems) }
  }

  /// Every variable of the encoder must be among the earlier stage's.
  private static func check(
    _ parts: StageConfiguration, of stage: Stage, _ step: TrainingStep, continues earlier: StagePlan
  ) throws(PipelineErrors) {
    let known = Dictionary(uniqueKeysWithValues: earlier.keptVariables.map { ($0.path, $0.type) })
    for variable in encoderVariables(parts, step) where known[variable.path] != variable.type {
      let there = known[variable.path].map { "as \($0)" } ?? "not at all"
      throw PipelineErrors(problems: [
        "The stage \"\(stage.title)\" starts from the weights of \"\(earlier.stage.title)\", but its encoder "
          + "needs \(variable.path) as \(variable.type), which is there \(there); use the same encoder "
          + "in both."
      ])
    }
  }
}

extension PatientPairs {
  /// What the user should know of the pairs that an epoch leaves out, if they are more than those that do not
  /// fill a last batch.
  fileprivate var note: String? {
    let taken = batchesPerEpoch * batch
    guard pairsAvailable - taken >= batch else { return nil }
    return "an epoch takes \(taken) of \(pairsAvailable) pairs, as few patients have most of the photographs "
      + "and none is twice in a batch of \(batch); the others have their turn in later epochs. A smaller batch "
      + "takes more of them."
  }
}

extension TrainingStep {
  /// Whether its loss reads the groups of the samples.
  fileprivate var asksForGroups: Bool { graph.inputs.contains { $0.name == Pairs.groupsInput } }
}

extension String {
  /// A hash of the text that is the same in every run.
  fileprivate var stableHash: UInt64 {
    utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
