/// Pretraining by redundancy reduction (Zbontar et al. 2021): the columns of the two views' embeddings agree,
/// and do not repeat each other. It has no negatives, and wants a wide head without a normalization at its
/// end; this one is for a workstation, the paper's has 8192 columns.
public struct BarlowTwins: PretrainingRecipe {
  public static let method = Pretraining(
    "barlow twins", head: ProjectionHead(hidden: [512, 512], output: 512, normalizingOutput: false),
    loss: BarlowTwinsLoss(), optimizer: LARS(learningRate: 0.2))
  public let stage: Stage

  public init(stage: Stage) { self.stage = stage }
}
