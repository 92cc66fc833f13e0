/// The lines of a stage by purpose.
struct StageConfiguration {
  let views: ViewList
  /// The encoder: every layer but the last.
  let encoder: LayerSequence
  /// The head: the last layer.
  let head: any Layer
  let predictor: PredictionHead?
  let target: TargetNetwork?
  let average: WeightAverage?
  let objective: any TrainingObjective
  let optimize: Optimize
  let search: Search?
  let stopping: EarlyStopping?
  let evaluate: Evaluate?
  let audit: Audit?
  let precision: Precision?
  let selection: Selection

  /// Sorts the lines of a stage.
  ///
  /// - Throws: `PipelineErrors` with a sentence for every invalid setting, and for all missing, duplicate or
  ///   incompatible lines.
  init(of stage: Stage) throws(PipelineErrors) {
    var problems: [String] = []
    let settingProblems = stage.settingProblems
    func one<Part>(_ kind: Part.Type, _ name: String) -> Part? {
      let found = stage.components.compactMap { $0 as? Part }
      if found.count > 1 { problems.append("has \(found.count) of \(name); keep one.") }
      return found.first
    }
    let views = ViewList(stage.components.compactMap { $0 as? Views }, multiple: stage.layers.imageMultiple)
    if views.lines.isEmpty {
      problems.append("has no Views; add one, such as Views(2) { RandomResizedCrop(); RandomFlip() }.")
    }
    let optimize = one(Optimize.self, "Optimize")
    if optimize == nil {
      problems.append(
        "has no Optimize; add one, such as Optimize(LARS(learningRate: 0.3), batch: 64, epochs: 40).")
    }
    let objectives = stage.components.compactMap { $0 as? any TrainingObjective }
    if objectives.isEmpty { problems.append("has no loss; add one, such as NTXent(temperature: 0.1).") }
    if objectives.count > 1 {
      problems.append("has \(objectives.count) losses; keep one, or a JointObjective of two.")
    }
    if stage.layers.count < 2 {
      problems.append("needs an encoder and a head, the last of its layers, but has \(stage.layers.count).")
    }
    let (search, stopping) = (one(Search.self, "Search"), one(EarlyStopping.self, "EarlyStopping"))
    let (predictor, target) = (
      one(PredictionHead.self, "PredictionHead"), one(TargetNetwork.self, "TargetNetwork")
    )
    let average = one(WeightAverage.self, "WeightAverage")
    let evaluate = one(Evaluate.self, "Evaluate")
    let audit = one(Audit.self, "Audit")
    let precision = one(Precision.self, "Precision")
    let selection = stage.input as? Selection
    if selection == nil { problems.append("reads \(stage.input.summary), which is no Selection.") }
    if let objective = objectives.first {
      problems += objective.unmetNeeds(
        views: views, hasPredictor: predictor != nil, hasTarget: target != nil, reading: selection)
      problems += objective.unused(stage.components)
    }
    if let selection { problems += selection.problems(views: views) }
    if let optimize, let selection {
      problems += optimize.problems(reading: selection, for: objectives.first)
    }
    guard settingProblems.isEmpty, problems.isEmpty, let optimize, let objective = objectives.first,
      let selection, let head = stage.layers.last
    else {
      throw PipelineErrors(problems: settingProblems + problems.map { "The stage \"\(stage.title)\" \($0)" })
    }
    self.views = views
    encoder = LayerSequence(stage.layers.dropLast())
    self.head = head
    self.predictor = predictor
    self.target = target
    self.average = average
    self.objective = objective
    self.optimize = optimize
    self.search = search
    self.stopping = stopping
    self.evaluate = evaluate
    self.audit = audit
    self.precision = precision
    self.selection = selection
  }

  /// The encoder and the head.
  var model: LayerSequence { LayerSequence(encoder.layers + [head]) }

  /// Whether the model's output is class logits.
  var isClassifier: Bool { objective.predicts == .classes }
}
