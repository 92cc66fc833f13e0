/// Self-distillation without labels (Caron et al. 2021), for vision transformers: of small crops of a
/// photograph the network predicts what a slow copy of itself, the teacher, makes of the large ones. It has
/// no negatives, so a batch may be small.
///
///     DINO(VisionTransformer(.small, patch: 16), epochs: 100)
///
/// Large crops have the run's size, and small ones about 3/7 of it, 96 of 224 pixels. Two large and six small
/// crops have about twice the patches of two views, the teacher's included. On `.patients` give it two views
/// alone, `views: .largeCrops`.
///
/// The head has fewer prototypes than the authors', as for thousands of photographs, and gradients are
/// clipped by their common norm, where the authors clip those of each parameter. Blur and color changes are
/// the same for both large crops, and none is solarized.
///
/// In a short training, of some thousand steps, a transformer learns if each batch is assigned to the
/// prototypes, at a higher rate and with a teacher that follows faster:
///
///     DINO(
///       encoder, head: DINOHead(prototypes: 1024, normalizingHidden: true),
///       target: TargetNetwork(momentum: .cosine(from: 0.96, to: 1)),
///       loss: DINOLoss(centering: .sinkhornKnopp()),
///       optimizer: AdamW(learningRate: 5e-4, weightDecay: 0.1), scaling: .none, batch: 32, epochs: 12)
public struct DINO: PretrainingRecipe {
  public static let method = Pretraining(
    "dino", views: .largeCrops, .smallCrops, head: DINOHead(),
    target: TargetNetwork(momentum: .cosine(from: 0.996, to: 1)), loss: DINOLoss(),
    optimizer: AdamW(learningRate: 5e-4, weightDecay: .cosine(from: 0.04, to: 0.4)).clipping(norm: 3))
  public let stage: Stage

  public init(stage: Stage) { self.stage = stage }
}

extension Views {
  /// The two large crops of DINO, of the run's size.
  public static let largeCrops = Views(2) {
    RandomResizedCrop(area: 0.4...1); RandomFlip()
    ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1); RandomGrayscale()
    GaussianBlur()
  }

  /// The six small crops of DINO, of 3/7 of the run's size.
  public static let smallCrops = Views(6, share: 3.0 / 7) {
    RandomResizedCrop(area: 0.05...0.4); RandomFlip()
    ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1); RandomGrayscale()
    GaussianBlur()
  }
}
