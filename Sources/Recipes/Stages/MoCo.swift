/// Contrastive pretraining with a queue of keys and a momentum encoder (He et al. 2020; its heads and views
/// as in Chen et al. 2020, "Improved baselines"): many negatives at a small batch.
///
/// Both views are queries and both are keys. Batch normalization is not shuffled among machines, as there is
/// one.
public struct MoCo: StageRecipe {
  public let stage: Stage

  /// MoCo, with a queue and a momentum for thousands of photographs rather than a million.
  ///
  /// - Parameters:
  ///   - encoder: What is kept: `[N, H, W, C]` to features `[N, D]`.
  ///   - earlier: The stage whose weights it starts from.
  ///   - head: What stands between the features and the loss.
  ///   - chunk: How many pairs of a batch go through the network at a time; all of them if nil.
  ///   - repetition: Which repetition it is, from 0: each draws other random numbers.
  public init(
    _ encoder: any Layer, on selection: Selection = .unlabelled, named name: String = "moco",
    after earlier: (any StageRecipe)? = nil, views: Views = .contrastive,
    head: any Layer = ProjectionHead(), target: TargetNetwork = TargetNetwork(momentum: 0.99),
    loss: any EmbeddingLoss = InfoNCE(queue: 4096, temperature: 0.2),
    optimizer: any Optimizer = SGD(learningRate: 0.03, weightDecay: 1e-4),
    schedule: Schedule = .cosine(warmup: 0.1), scaling: LearningRate.Scaling = .linear, batch: Int = 64,
    chunk: Int? = nil,
    epochs: Int, repetition: Int = 0, file: StaticString = #fileID, line: Int = #line
  ) {
    stage = Stage(
      name, on: selection, after: earlier, repetition: repetition, file: file, line: line
    ) {
      views
      encoder
      head
      target
      loss
      Optimize(
        optimizer, schedule: schedule, scaling: scaling, batch: batch, chunk: chunk,
        epochs: epochs)
    }
  }
}
