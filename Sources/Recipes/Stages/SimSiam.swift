/// Simple siamese pretraining (Chen and He 2021): BYOL without the slow copy. That no gradient flows through
/// the predicted side, and the prediction head, narrow inside, keep it from collapsing. The rate is the
/// paper's.
public struct SimSiam: PretrainingRecipe {
  public static let method = Pretraining(
    "simsiam", head: ProjectionHead(hidden: [512, 512], output: 512),
    predictor: PredictionHead(hidden: [128], output: 512), loss: SimSiamLoss(),
    optimizer: SGD(learningRate: 0.05, weightDecay: 1e-4), schedule: .cosine())
  public let stage: Stage

  public init(stage: Stage) { self.stage = stage }
}
