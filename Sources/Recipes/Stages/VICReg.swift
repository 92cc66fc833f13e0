/// Pretraining by variance, invariance and covariance (Bardes et al. 2022): views agree, every column keeps
/// its spread, and columns do not repeat each other. It has no negatives, and wants a wide head without a
/// normalization at its end, which would do the variance's part; this one is for a workstation, the paper's
/// has 8192 columns.
public struct VICReg: PretrainingRecipe {
  public static let method = Pretraining(
    "vicreg", head: ProjectionHead(hidden: [512, 512], output: 512, normalizingOutput: false),
    loss: VICRegLoss(), optimizer: LARS(learningRate: 0.2))
  public let stage: Stage

  public init(stage: Stage) { self.stage = stage }
}
