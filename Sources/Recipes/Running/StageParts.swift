/// The lines of a stage by what they are for.
struct StageParts {
  /// What a stage trains by.
  enum Loss {
    /// What networks make of pairs of views.
    case embeddings(any EmbeddingLoss)
    /// Labels.
    case labels(CrossEntropy)

    /// What it is a loss of.
    fileprivate var kind: String { if case .embeddings = self { "embeddings" } else { "labels" } }

    /// Whether a line of the stage means anything beside it.
    fileprivate func uses(_ line: any StageComponent) -> Bool {
      switch line {
      case is Views, is LayerComponent, is Optimize, is any EmbeddingLoss, is CrossEntropy: return true
      case is PredictionHead, is TargetNetwork: if case .embeddings = self { return true }
      case is Search, is EarlyStopping, is Evaluate: if case .labels = self { return true }
      default: break
      }
      return false
    }

    /// The lines besides those of every stage.
    fileprivate var others: String {
      if case .embeddings = self { return ", PredictionHead and TargetNetwork" }
      return ", Search, EarlyStopping and Evaluate"
    }
  }

  let views: Views
  /// What is kept: every layer but the last.
  let encoder: LayerSequence
  /// The last layer.
  let head: any Layer
  let predictor: PredictionHead?
  let target: TargetNetwork?
  let loss: Loss
  let optimize: Optimize
  let search: Search?
  let stopping: EarlyStopping?
  let evaluate: Evaluate?
  let selection: Selection

  /// The parts of a stage.
  ///
  /// - Throws: `PipelineErrors` with a sentence for every setting that does not work, and for all that is
  ///   missing, doubled or does not go together.
  init(of stage: Stage) throws(PipelineErrors) {
    var problems: [String] = []
    let settingProblems = stage.settingProblems
    func one<Part>(_ kind: Part.Type, _ name: String) -> Part? {
      let found = stage.components.compactMap { $0 as? Part }
      if found.count > 1 { problems.append("has \(found.count) of \(name); keep one.") }
      return found.first
    }
    func only<Part>(_ kind: Part.Type, _ name: String, _ example: String) -> Part? {
      let found = one(kind, name)
      if found == nil { problems.append("has no \(name); add one, such as \(example).") }
      return found
    }
    let views = only(Views.self, "Views", "Views(2) { RandomResizedCrop(); RandomFlip() }")
    let optimize = only(
      Optimize.self, "Optimize", "Optimize(LARS(learningRate: 0.3), batch: 64, epochs: 40)")
    let losses: [Loss] = stage.components.compactMap {
      if let loss = $0 as? any EmbeddingLoss { return .embeddings(loss) }
      return ($0 as? CrossEntropy).map { .labels($0) }
    }
    if losses.isEmpty { problems.append("has no loss; add one, such as NTXent(temperature: 0.1).") }
    if losses.count > 1 { problems.append("has \(losses.count) losses; keep one.") }
    if stage.layers.count < 2 {
      problems.append("needs an encoder and a head, the last of its layers, but has \(stage.layers.count).")
    }
    let wanted: Int? = losses.first.map { if case .embeddings = $0 { 2 } else { 1 } }
    if let views, let wanted, views.problems.isEmpty, views.count != wanted {
      problems.append("draws \(views.count) views of a photograph where its loss takes \(wanted).")
    }
    let (search, stopping) = (one(Search.self, "Search"), one(EarlyStopping.self, "EarlyStopping"))
    let (predictor, target) = (
      one(PredictionHead.self, "PredictionHead"), one(TargetNetwork.self, "TargetNetwork")
    )
    let evaluate = one(Evaluate.self, "Evaluate")
    if let loss = losses.first {
      for line in stage.components where !loss.uses(line) {
        problems.append(
          "has no use for \(line.summary): beside its loss of \(loss.kind) a stage has Views, layers, Optimize\(loss.others)."
        )
      }
    }
    let selection = stage.input as? Selection
    if selection == nil { problems.append("reads \(stage.input.summary), which is no Selection.") }
    if let selection, case .labels = losses.first, !selection.hasLabels {
      problems.append("has a loss of labels but reads \(selection.summary); use .labelled(.train).")
    }
    if case .labels(let loss) = losses.first, loss.weights == .balanced, loss.smoothing > 0 {
      problems.append(
        "weights its classes and smooths its labels, which would spread most of a label over the rarest classes; use "
          + "smoothing: 0, or sampling: .balanced in place of the weights.")
    }
    if let optimize, let selection { problems += StageParts.problems(of: optimize, reading: selection) }
    if optimize?.sampling == .balanced {
      switch losses.first {
      case .labels(let loss) where loss.weights == .balanced:
        problems.append("balances its classes twice, by sampling and by weights; keep one.")
      case .embeddings where !(selection?.hasLabels ?? true):
        problems.append("samples classes evenly, but reads no labels; use .natural.")
      default: break
      }
    }
    guard settingProblems.isEmpty, problems.isEmpty, let views, let optimize, let loss = losses.first,
      let selection,
      let head = stage.layers.last
    else {
      throw PipelineErrors(problems: settingProblems + problems.map { "The stage \"\(stage.title)\" \($0)" })
    }
    self.views = views
    encoder = LayerSequence(stage.layers.dropLast())
    self.head = head
    self.predictor = predictor
    self.target = target
    self.loss = loss
    self.optimize = optimize
    self.search = search
    self.stopping = stopping
    self.evaluate = evaluate
    self.selection = selection
  }

  /// What of the length of an epoch does not go together.
  private static func problems(of optimize: Optimize, reading selection: Selection) -> [String] {
    var problems: [String] = []
    if optimize.pairs != .covering, selection != .patients {
      problems.append(
        "takes pairs of a patient (pairs: \(optimize.pairs)), but reads \(selection.summary); read .patients, or leave "
          + "out pairs.")
    }
    if case .atMost(let most) = optimize.pairs, most < 1 {
      problems.append("takes at most \(most) pairs of a patient; an epoch takes at least one.")
    }
    if let steps = optimize.stepsPerEpoch, !(1...1_000_000).contains(steps) {
      problems.append("takes \(steps) steps per epoch; an epoch takes at least one and at most 1,000,000.")
    }
    return problems
  }

  /// The encoder and the head.
  var model: LayerSequence { LayerSequence(encoder.layers + [head]) }
}
