/// Pretraining by redundancy reduction (Zbontar et al. 2021): the columns of the two views' embeddings agree,
/// and do not repeat each other. It has no negatives, and wants a wide head.
public struct BarlowTwins: StageRecipe {
  public let stage: Stage

  /// Barlow Twins, with a head for a workstation rather than the paper's of 8192 columns.
  ///
  /// - Parameters:
  ///   - encoder: What is kept: `[N, H, W, C]` to features `[N, D]`.
  ///   - earlier: The stage whose weights it starts from.
  ///   - head: What stands between the features and the loss, without a normalization at its end.
  ///   - chunk: How many pairs of a batch go through the network at a time; all of them if nil.
  ///   - repetition: Which repetition it is, from 0: each draws other random numbers.
  public init(
    _ encoder: any Layer, on selection: Selection = .unlabelled, named name: String = "barlow twins",
    after earlier: (any StageRecipe)? = nil, views: Views = .contrastive,
    head: any Layer = ProjectionHead(hidden: [512, 512], output: 512, normalizingOutput: false),
    loss: any EmbeddingLoss = BarlowTwinsLoss(), optimizer: any Optimizer = LARS(learningRate: 0.2),
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
      loss
      Optimize(
        optimizer, schedule: schedule, scaling: scaling, batch: batch, chunk: chunk,
        epochs: epochs)
    }
  }
}
