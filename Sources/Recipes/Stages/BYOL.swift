/// Bootstrap your own latent (Grill et al. 2020): a network learns to predict, from one view, what a slow
/// copy of itself makes of the other. It has no negatives; the copy slows down as the training goes on.
public struct BYOL: PretrainingRecipe {
  public static let method = Pretraining(
    "byol", head: ProjectionHead(normalizingOutput: false), predictor: PredictionHead(),
    target: TargetNetwork(momentum: .cosine(from: 0.99, to: 1)), loss: BYOLLoss(),
    optimizer: LARS(learningRate: 0.3))
  public let stage: Stage

  public init(stage: Stage) { self.stage = stage }
}
