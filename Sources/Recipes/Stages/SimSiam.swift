/// Simple siamese pretraining (Chen and He 2021): BYOL without the slow copy. That no gradient flows through
/// the predicted side, and the prediction head, keep it from collapsing.
public struct SimSiam: StageRecipe {
  public let stage: Stage

  /// SimSiam with the paper's rate.
  ///
  /// - Parameters:
  ///   - encoder: What is kept: `[N, H, W, C]` to features `[N, D]`.
  ///   - earlier: The stage whose weights it starts from.
  ///   - head: What stands between the features and the embeddings.
  ///   - predictor: What predicts the other view's embedding: narrow inside, as wide as the head's result.
  ///   - chunk: How many pairs of a batch go through the network at a time; all of them if nil.
  ///   - repetition: Which repetition it is, from 0: each draws other random numbers.
  public init(
    _ encoder: any Layer, on selection: Selection = .unlabelled, named name: String = "simsiam",
    after earlier: (any StageRecipe)? = nil, views: Views = .contrastive,
    head: any Layer = ProjectionHead(hidden: [512, 512], output: 512),
    predictor: PredictionHead = PredictionHead(hidden: [128], output: 512),
    optimizer: any Optimizer = SGD(learningRate: 0.05, weightDecay: 1e-4),
    schedule: Schedule = .cosine(), scaling: LearningRate.Scaling = .linear, batch: Int = 64,
    chunk: Int? = nil,
    epochs: Int,
    repetition: Int = 0, file: StaticString = #fileID, line: Int = #line
  ) {
    stage = Stage(
      name, on: selection, after: earlier, repetition: repetition, file: file, line: line
    ) {
      views
      encoder
      head
      predictor
      SimSiamLoss()
      Optimize(
        optimizer, schedule: schedule, scaling: scaling, batch: batch, chunk: chunk,
        epochs: epochs)
    }
  }
}
