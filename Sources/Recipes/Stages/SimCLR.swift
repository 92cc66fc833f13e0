/// Contrastive pretraining on single photographs (Chen et al. 2020): two views of one photograph are drawn
/// together, views of different ones apart.
public struct SimCLR: StageRecipe {
  public let stage: Stage

  /// SimCLR with the paper's settings for photographs of skin, each of which can be replaced.
  ///
  /// - Parameters:
  ///   - encoder: What is kept: `[N, H, W, C]` to features `[N, D]`.
  ///   - earlier: The stage whose weights it starts from.
  ///   - head: What stands between the features and the loss.
  ///   - chunk: How many pairs of a batch go through the network at a time; all of them if nil.
  ///   - repetition: Which repetition it is, from 0: each draws other random numbers.
  public init(
    _ encoder: any Layer, on selection: Selection = .unlabelled, named name: String = "simclr",
    after earlier: (any StageRecipe)? = nil, views: Views = .contrastive,
    head: any Layer = ProjectionHead(), loss: any EmbeddingLoss = NTXent(temperature: 0.1),
    optimizer: any Optimizer = LARS(learningRate: 0.3), schedule: Schedule = .cosine(warmup: 0.1),
    scaling: LearningRate.Scaling = .linear, batch: Int = 64, chunk: Int? = nil,
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

extension Views {
  /// SimCLR's two views of a photograph.
  public static let contrastive = Views(2) {
    RandomResizedCrop(area: 0.08...1); RandomFlip()
    ColorJitter(strength: 1); RandomGrayscale()
    GaussianBlur()
  }
}
