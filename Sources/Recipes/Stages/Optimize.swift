/// The optimization of a stage: optimizer, learning-rate schedule, batch size and epochs.
public struct Optimize: StageComponent {
  /// The update rule.
  public let optimizer: any Optimizer
  /// The learning-rate schedule.
  public let schedule: Schedule
  /// The scaling of the learning rate with the batch size.
  public let scaling: LearningRate.Scaling
  /// The batch size in photographs, or patients.
  public let batch: Int
  /// The chunk size, the part of a batch that goes through the networks at a time; the whole batch if nil.
  public let chunk: Int?
  /// The sampling of photographs by class.
  public let sampling: Sampling
  /// The number of pairs of a patient's photographs per epoch, for a stage that reads `.patients`.
  public let pairs: PairsPerPatient
  /// The number of epochs.
  public let epochs: Int
  /// The number of steps per epoch; one pass over the data if nil.
  public let stepsPerEpoch: Int?

  /// Creates the optimization of a stage; the optimizer's learning rate is the peak rate before scaling.
  ///
  /// With `stepsPerEpoch`, each epoch continues in the data where the previous one ended, so that stages with
  /// different data can take the same number of steps at the same rates.
  ///
  /// With a chunk, a batch may be larger than memory: the embeddings (or logits) are computed chunk by chunk,
  /// then the loss of all of them and its gradient, then each chunk is recomputed with the gradient of its
  /// rows (Gao et al. 2021). The result is the gradient of the whole batch's loss, for a third more time.
  /// Batch normalization uses the moments of each chunk, as in data-parallel training. Every chunk sees the
  /// layers' state from the start of the step; the new state, such as running statistics, is the mean over
  /// the chunks.
  ///
  /// This takes the place of gradient accumulation, and there is no other: the sum of the gradients of
  /// several small batches is that of one large batch only for a loss of each image by itself, as a
  /// classifier's. A contrastive loss would lose the negatives of the other batches; in chunks it has those
  /// of the whole batch, as do batch-wide losses such as VICReg's.
  ///
  ///     Optimize(LARS(learningRate: 0.3), batch: 4096, chunk: 64, epochs: 100)
  ///
  /// - Parameters:
  ///   - optimizer: The update rule.
  ///   - schedule: The learning-rate schedule.
  ///   - scaling: The scaling of the learning rate with the batch size.
  ///   - batch: The batch size in photographs, or patients.
  ///   - chunk: The chunk size, the part of a batch that goes through the networks at a time; the whole batch
  ///     if nil.
  ///   - sampling: The sampling of photographs by class.
  ///   - pairs: The number of pairs of a patient's photographs per epoch, for a stage that reads `.patients`.
  ///   - epochs: The number of epochs.
  ///   - stepsPerEpoch: The number of steps per epoch; one pass over the data if nil.
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
    if optimizer.settingErrors().isEmpty, batch > 0 {
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

  /// Returns the same settings with a batch size of at most the available samples: all of them, or as many
  /// full chunks as they fill.
  func fitting(_ available: Int) -> Optimize {
    if available >= batch { return self }
    let chunk = chunk.flatMap { $0 < available ? $0 : nil }
    return Optimize(
      optimizer, schedule: schedule, scaling: scaling, batch: available - available % (chunk ?? 1),
      chunk: chunk, sampling: sampling, pairs: pairs, epochs: epochs, stepsPerEpoch: stepsPerEpoch)
  }

  /// Returns the same settings with batches in a number of equal chunks, of as many samples as these fill;
  /// unchanged if they are cut already, or have fewer samples than chunks.
  func cut(into chunks: Int) -> Optimize {
    if chunk != nil || batch < chunks { return self }
    return Optimize(
      optimizer, schedule: schedule, scaling: scaling, batch: batch - batch % chunks, chunk: batch / chunks,
      sampling: sampling, pairs: pairs, epochs: epochs, stepsPerEpoch: stepsPerEpoch)
  }

  /// Whether a batch is computed in several chunks.
  var isCut: Bool { chunk.map { $0 < batch } ?? false }

  /// Returns the same settings at a point of a search.
  func with(_ point: Search.Point) -> Optimize {
    var optimizer = optimizer
    optimizer.learningRate = point.learningRate
    if let decay = point.weightDecay { optimizer.weightDecay = .constant(decay) }
    return Optimize(
      optimizer, schedule: schedule, scaling: scaling, batch: batch, chunk: chunk, sampling: sampling,
      pairs: pairs, epochs: epochs, stepsPerEpoch: stepsPerEpoch)
  }

  /// The learning rate of every step.
  var learningRate: LearningRate {
    LearningRate(optimizer.learningRate, schedule: schedule, scaling: scaling, batch: batch)
  }
}
