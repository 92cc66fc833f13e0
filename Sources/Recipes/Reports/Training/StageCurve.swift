/// What is measured during training.
enum TrainingQuantity: CaseIterable, Sendable {
  case loss, neighbors, validation, rank, deviation, rate

  var title: String {
    switch self {
    case .loss: "Loss"
    case .neighbors: "Nearest-neighbor accuracy"
    case .validation: "Validation metric"
    case .rank: "Effective rank of the embeddings"
    case .deviation: "Deviation of the embeddings"
    case .rate: "Learning rate"
    }
  }

  /// What the vertical axis measures.
  var axis: String {
    switch self {
    case .loss: "mean loss"
    case .neighbors: "balanced accuracy"
    case .validation: "metric on validation"
    case .rank: "effective rank"
    case .deviation: "deviation"
    case .rate: "learning rate"
    }
  }

  /// What to look for, in sentences.
  var meaning: String {
    switch self {
    case .loss:
      "The mean loss of an epoch. Losses of different stages are not comparable. The dashed line is the loss "
        + "of identical embeddings: a training that stays there has collapsed."
    case .neighbors:
      "The balanced accuracy on validation of a classifier by nearest neighbors on the frozen "
        + "representation, without any training on labels; epoch 0 is before training."
    case .validation: "The metric on validation by which early stopping decides, after each epoch."
    case .rank:
      "The number of directions that the embeddings of a batch use (Roy and Vetterli 2007): a fall to a few "
        + "is a collapse that the loss may hide."
    case .deviation:
      "The spread of the embeddings of a batch over the sphere: 0 if all are equal, 1 if their directions "
        + "are uniform (Chen and He 2021)."
    case .rate: "The learning rate at the last step of an epoch."
    }
  }

  /// Whether stages are measured with the same ruler, so that their charts have the same axis.
  var isComparable: Bool {
    switch self {
    case .neighbors, .deviation: true
    case .loss, .validation, .rank, .rate: false
    }
  }
}

/// The measurements of one training by epoch.
struct StageCurve {
  /// The title of the stage, and its name, which repetitions share.
  let title: String
  let name: String
  /// The loss of identical embeddings, for a contrastive stage.
  private(set) var collapse: Double?
  private(set) var points: [TrainingQuantity: [XYChart.Point]] = [:]
  /// The accuracy before training, and the last one during it.
  private(set) var initial: RepresentationAccuracy?
  private(set) var last: RepresentationAccuracy?
  /// That of the linear probe after training.
  private(set) var probe: RepresentationAccuracy?

  /// Reads the measurements of a stage in the history of its run.
  init(of title: String, named name: String, in history: RunHistory) {
    (self.title, self.name) = (title, name)
    initial = history.initial[title]
    probe = history.probes[title]
    if let initial { points[.neighbors] = [.init(0, initial.balanced)] }
    for record in history.epochs[title] ?? [] {
      let epoch = Double(record.epoch)
      collapse = record.collapse ?? collapse
      add(.loss, epoch, record.loss)
      add(.rate, epoch, record.rate)
      if let neighbors = record.neighbors { add(neighbors, epoch) }
      if let validation = record.validation { add(.validation, epoch, validation) }
      if let spread = record.spread {
        add(.rank, epoch, spread.effectiveRank)
        add(.deviation, epoch, spread.deviation)
      }
    }
  }

  /// Reads the measurements in the history that a weight file has.
  init(of title: String, named name: String, in history: StageHistory, collapse: Double?) {
    (self.title, self.name, self.collapse) = (title, name, collapse)
    probe = history.probe
    for (place, loss) in history.losses.enumerated() { add(.loss, Double(place + 1), loss) }
    for (place, value) in history.validation.enumerated() { add(.validation, Double(place + 1), value) }
    for (epoch, neighbors) in history.neighbors.inKeyOrder {
      if epoch == 0 { initial = neighbors }
      add(neighbors, Double(epoch))
    }
    for (epoch, spread) in history.spreads.inKeyOrder {
      add(.rank, Double(epoch), spread.effectiveRank)
      add(.deviation, Double(epoch), spread.deviation)
    }
  }

  private mutating func add(_ quantity: TrainingQuantity, _ epoch: Double, _ value: Double) {
    if value.isFinite { points[quantity, default: []].append(.init(epoch, value)) }
  }

  private mutating func add(_ accuracy: RepresentationAccuracy, _ epoch: Double) {
    last = accuracy
    add(.neighbors, epoch, accuracy.balanced)
  }
}
