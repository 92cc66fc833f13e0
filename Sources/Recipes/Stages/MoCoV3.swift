/// Contrastive pretraining with a momentum encoder and a predictor, without a queue (Chen, Xie and He 2021,
/// "An empirical study of training self-supervised vision transformers"): the negatives are the other samples
/// of the batch, which is to be large, in chunks if it does not fit into memory.
///
/// The heads are those for a vision transformer, with 1024 hidden units for thousands of photographs where
/// the authors have 4096. For a ResNet the authors take `LARS(learningRate: 0.3, weightDecay: 1.5e-6)` and a
/// temperature of 1.
///
/// The authors start a transformer from fixed positions and Xavier's distribution, and freeze the random
/// projection of patches, which steadies the training of large ones:
///
///     let encoder = VisionTransformer(.base, positions: .sineCosine).xavierInitialized()
///     MoCoV3(encoder.frozen("patch_embed"), batch: 1024, chunk: 64, epochs: 100)
public struct MoCoV3: PretrainingRecipe {
  public static let method = Pretraining(
    "moco v3", head: MoCoV3.head(hidden: [1024, 1024], output: 256).named("projection"),
    predictor: PredictionHead { head(hidden: [1024], output: 256) },
    target: TargetNetwork(momentum: .cosine(from: 0.99, to: 1)), loss: MoCoV3Loss(temperature: 0.2),
    optimizer: AdamW(learningRate: 1.5e-4, weightDecay: 0.1))
  public let stage: Stage

  public init(stage: Stage) { self.stage = stage }

  /// Returns a head of the method: Linear-BatchNorm-ReLU for each hidden layer, then a Linear and a batch
  /// normalization without trained parameters. None of the layers has a bias.
  ///
  /// - Parameters:
  ///   - hidden: The widths of the hidden layers.
  ///   - output: The width of the embeddings, or predictions.
  public static func head(hidden: [Int], output: Int) -> Sequential {
    Sequential {
      for width in hidden {
        Linear(width, bias: false); BatchNorm(); ReLU()
      }
      Linear(output, bias: false); BatchNorm(scale: nil, shift: false)
    }
  }
}
