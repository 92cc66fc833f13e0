/// Contrastive pretraining on single photographs (Chen et al. 2020): two views of one photograph are drawn
/// together, views of different ones apart. The settings are the paper's, for photographs of skin.
public struct SimCLR: PretrainingRecipe {
  public static let method = Pretraining(
    "simclr", loss: NTXent(temperature: 0.1), optimizer: LARS(learningRate: 0.3))
  public let stage: Stage

  public init(stage: Stage) { self.stage = stage }
}

extension Views {
  /// SimCLR's two views of a photograph.
  public static let contrastive = Views(2) {
    RandomResizedCrop(area: 0.08...1); RandomFlip()
    ColorJitter(strength: 1); RandomGrayscale()
    GaussianBlur()
  }
}
