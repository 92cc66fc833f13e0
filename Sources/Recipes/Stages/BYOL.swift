/// Bootstrap your own latent (Grill et al. 2020): a network learns to predict, from one view, what a slow
/// copy of itself makes of the other. It has no negatives.
public struct BYOL: StageRecipe {
  public let stage: Stage

  /// BYOL, with a target network that slows down as the training goes on.
  ///
  /// - Parameters:
  ///   - encoder: What is kept: `[N, H, W, C]` to features `[N, D]`.
  ///   - earlier: The stage whose weights it starts from.
  ///   - head: What stands between the features and the embeddings.
  ///   - predictor: What predicts the other view's embedding; as wide as the head's result.
  ///   - chunk: How many pairs of a batch go through the network at a time; all of them if nil.
  ///   - repetition: Which repetition it is, from 0: each draws other random numbers.
  public init(
    _ encoder: any Layer, on selection: Selection = .unlabelled, named name: String = "byol",
    after earlier: (any StageRecipe)? = nil, views: Views = .contrastive,
    head: any Layer = ProjectionHead(normalizingOutput: false),
    predictor: PredictionHead = PredictionHead(),
    target: TargetNetwork = TargetNetwork(momentum: .cosine(from: 0.99, to: 1)),
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
      predictor
      target
      BYOLLoss()
      Optimize(
        optimizer, schedule: schedule, scaling: scaling, batch: batch, chunk: chunk,
        epochs: epochs)
    }
  }
}
