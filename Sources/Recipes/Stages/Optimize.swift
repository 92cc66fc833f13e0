/// How a stage is optimized: by what rule, at which rates, in batches of how many, for how long.
public struct Optimize: StageComponent {
  /// The rule that moves the parameters.
  public let optimizer: any Optimizer
  /// How the learning rate changes over the stage, step by step.
  public let schedule: Schedule
  /// How the learning rate grows with the batch.
  public let scaling: LearningRate.Scaling
  /// The photographs, or patients, of a batch.
  public let batch: Int
  /// How many of them go through the networks at a time; all of them if nil.
  public let chunk: Int?
  /// How often the photographs of a class are drawn.
  public let sampling: Sampling
  /// How many pairs of a patient's photographs an epoch takes, where the stage reads `.patients`.
  public let pairs: PairsPerPatient
  /// How often everything is seen.
  public let epochs: Int
  /// The steps of an epoch; as many as it takes to see everything once if nil.
  public let stepsPerEpoch: Int?

  /// Epochs of batches, the optimizer's own learning rate being the highest unless it is scaled.
  ///
  /// With `stepsPerEpoch`, an epoch goes on in the data where the one before it ended, so that two stages of
  /// different data can take the same number of steps at the same rates.
  ///
  /// With a chunk, a batch may be larger than memory holds: its embeddings (or logits) are computed chunk by
  /// chunk, then the loss of all of them and its gradient, then each chunk once more with the gradient of its
  /// rows (Gao et al. 2021). The gradient is that of the whole batch's loss; it takes a third more time.
  /// Batch normalization uses the moments of its chunk, as on replicas. Every chunk sees the state that
  /// layers had when the step began, such as a count of steps; it becomes the mean of what each chunk makes
  /// of it, such as running statistics.
  ///
  ///     Optimize(LARS(learningRate: 0.3), batch: 4096, chunk: 64, epochs: 100)
  public init(
    _ optimizer: any Optimizer, schedule: Schedule = .cosine(warmup: 0.1),
    scaling: LearningRate.Scaling = .none, batch: Int, chunk: Int? = nil, sampling: Sampling = .natural,
    pairs: PairsPerPatient = .covering, epochs: Int, stepsPerEpoch: Int? = nil
  ) {
    self.optimizer = optimizer
    self.schedule = schedule
    self.scaling = scaling
    self.batch = batch
    self.chunk = chunk
    self.sampling = sampling
    self.pairs = pairs
    self.epochs = epochs
    self.stepsPerEpoch = stepsPerEpoch
  }

  public var problems: [SettingProblem] {
    Check.count("batch", batch)
    if let chunk {
      Check.count("chunk", chunk)
        ?? Check.that(batch % chunk == 0, "chunk", chunk, mustBe: "a divisor of the batch, \(batch)")
    }
    Check.count("epochs", epochs)
    if optimizer.problems.isEmpty, batch > 0 {
      Check.number("learningRate", learningRate.peak, atLeast: 0)
    }
  }

  public var parts: [any Checkable] { [optimizer, schedule] }

  public static func == (a: Optimize, b: Optimize) -> Bool {
    areEqual(a.optimizer, b.optimizer) && a.schedule == b.schedule && a.scaling == b.scaling
      && a.batch == b.batch && a.chunk == b.chunk && a.sampling == b.sampling && a.pairs == b.pairs
      && a.epochs == b.epochs && a.stepsPerEpoch == b.stepsPerEpoch
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(optimizer)
    for count in [batch, chunk, epochs, stepsPerEpoch] { hasher.combine(count) }
  }

  public var summary: String {
    let cut = chunk.map { "chunk: \($0), " } ?? ""
    let drawn = sampling == .natural ? "" : "sampling: \(sampling), "
    let paired = pairs == .covering ? "" : "pairs: \(pairs), "
    let steps = stepsPerEpoch.map { ", steps per epoch: \($0)" } ?? ""
    return "Optimize(\(optimizer.summary), schedule: \(schedule), scaling: \(scaling), batch: \(batch), "
      + "\(cut)\(drawn)\(paired)epochs: \(epochs)\(steps))"
  }

  /// The same, in batches of no more samples than there are: of all of them, or of as many chunks as they
  /// fill.
  func fitting(_ available: Int) -> Optimize {
    if available >= batch { return self }
    let chunk = chunk.flatMap { $0 < available ? $0 : nil }
    return Optimize(
      optimizer, schedule: schedule, scaling: scaling, batch: available - available % (chunk ?? 1),
      chunk: chunk, sampling: sampling, pairs: pairs, epochs: epochs, stepsPerEpoch: stepsPerEpoch)
  }

  /// The same, at a point of a search.
  func with(_ point: Search.Point) -> Optimize {
    var optimizer = optimizer
    optimizer.learningRate = point.learningRate
    if let decay = point.weightDecay { optimizer.weightDecay = decay }
    return Optimize(
      optimizer, schedule: schedule, scaling: scaling, batch: batch, chunk: chunk, sampling: sampling,
      pairs: pairs, epochs: epochs, stepsPerEpoch: stepsPerEpoch)
  }

  /// The learning rate of every step.
  var learningRate: LearningRate {
    LearningRate(optimizer.learningRate, schedule: schedule, scaling: scaling, batch: batch)
  }
}
