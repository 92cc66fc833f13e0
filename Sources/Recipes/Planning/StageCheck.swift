/// Checks of a stage's step against its lines, its data and the previous stage.
struct StageCheck {
  private let stage: Stage
  private let parts: StageConfiguration
  private let step: TrainingStep

  /// A check of a stage's step.
  init(_ stage: Stage, _ parts: StageConfiguration, _ step: TrainingStep) {
    self.stage = stage
    self.parts = parts
    self.step = step
  }

  /// A loss that takes the photographs of a patient for those of different ones would push them apart.
  func groupsAreRead() throws(PipelineErrors) {
    if parts.selection == .bags, !step.asksForGroups {
      throw PipelineErrors(problems: [
        "The stage \"\(stage.title)\" reads bags, but its loss takes only the two views of a photograph for positives: it "
          + "would push the other photographs of the same patient away as negatives. Use a loss that asks for "
          + "pairs.positiveMask, such as SupCon(), or read .patients."
      ])
    }
  }

  /// A classifier must tell apart the classes of the dataset.
  func outputs(areThoseOf dataset: Dataset) throws(PipelineErrors) {
    let columns = step.output.shape.channels
    if parts.isClassifier, columns != dataset.classes.count {
      throw PipelineErrors(problems: [
        "The stage \"\(stage.title)\" tells \(columns) classes apart, but the dataset names "
          + "\(dataset.classes.count); give the classifier as many as the dataset has."
      ])
    }
  }

  /// An input of a layer or a loss that no step sets would be whatever its memory holds.
  func inputsAreKnown() throws(PipelineErrors) {
    let graph = step.graph
    var known = Set(step.definition.images.inputNames)
    known.formUnion([TrainingStep.InputName.learningRate, Pairs.groupsInput])
    if parts.objective.needs.labels { known.insert(TrainingBatch.labelsInput) }
    if !parts.objective.needs.values.isEmpty {
      known.formUnion([TrainingBatch.valuesInput, TrainingBatch.isKnownInput])
    }
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
  func continues(_ earlier: StagePlan) throws(PipelineErrors) {
    let known = Dictionary(uniqueKeysWithValues: earlier.keptVariables.map { ($0.path, $0.type) })
    for variable in parts.encoderVariables(in: step) where known[variable.path] != variable.type {
      let there = known[variable.path].map { "as \($0)" } ?? "not at all"
      throw PipelineErrors(problems: [
        "The stage \"\(stage.title)\" starts from the weights of \"\(earlier.stage.title)\", but its encoder "
          + "needs \(variable.path) as \(variable.type), which is there \(there); use the same encoder "
          + "in both."
      ])
    }
  }
}

extension TrainingStep {
  /// Whether its loss reads the groups of the samples.
  var asksForGroups: Bool { graph.inputs.contains { $0.name == Pairs.groupsInput } }
}

extension StageConfiguration {
  /// The variables of a step that are the encoder's, without what only a training remembers.
  func encoderVariables(in step: TrainingStep) -> [Variable] {
    let graph = GraphBuilder()
    let images = step.definition.images[0].images(of: step.definition.form.samples)
    _ = encoder.atRoot(graph.input(TrainingStep.InputName.images, images))
    return graph.variables.filter { $0.role != .memory }
  }
}
