/// Pretraining by reconstruction (He et al. 2022): a vision transformer sees a quarter of the patches of an
/// image, and a small decoder behind it, which is discarded, predicts the pixels of the others.
///
///     let encoder = VisionTransformer(.small, patch: 16, positions: .sineCosine).xavierInitialized()
///     MaskedAutoencoder(encoder, on: .unlabelled, epochs: 100)
///
/// It needs neither pairs nor strong views: a crop and a flip are enough, and a batch may be small. As the
/// encoder computes a quarter of the tokens, a step takes a fraction of that of a method with two whole
/// views. Its features are for fine-tuning: those of the class token, which nothing has trained to tell
/// images apart, are worse for nearest neighbors and linear classifiers than those of other methods. The
/// authors also fine-tune the mean of the patches', as of an encoder with `pooling: .mean`.
///
/// The settings are the paper's, but for a smaller decoder (`ReconstructionHead(width: 512, depth: 8, heads:
/// 16)` is the paper's). So are the fixed positions and first weights of the encoder above, from which it
/// learns in fewer steps than from others.
public struct MaskedAutoencoder: StageRecipe {
  public let stage: Stage

  /// Creates a stage of masked autoencoding.
  ///
  /// - Parameters:
  ///   - encoder: The encoder to pretrain, a ``VisionTransformer`` or one from a weight file.
  ///   - selection: The photographs to train on.
  ///   - share: The share of the patches of each image that the encoder does not see.
  ///   - name: The name of the stage.
  ///   - earlier: The stage whose weights it starts from, those of the decoder included if both have the
  ///     same.
  ///   - views: The view of each photograph.
  ///   - decoder: The decoder, which predicts the unseen patches.
  ///   - optimizer: The update rule, with the peak learning rate before scaling.
  ///   - schedule: How the learning rate changes during a training.
  ///   - scaling: How the learning rate grows with the batch.
  ///   - average: The moving average of the weights, which is kept; none if nil.
  ///   - batch: The batch size in photographs.
  ///   - chunk: The number of photographs processed at a time; the whole batch if nil.
  ///   - epochs: The number of epochs.
  ///   - repetition: The repetition's index, starting at 0; each uses different random numbers.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    _ encoder: any Layer, on selection: Selection = .unlabelled, masking share: Double = 0.75,
    named name: String = "mae", after earlier: (any StageRecipe)? = nil, views: Views = .reconstructed,
    decoder: ReconstructionHead = ReconstructionHead(),
    optimizer: any Optimizer = AdamW(learningRate: 1.5e-4, betas: (0.9, 0.95), weightDecay: 0.05),
    schedule: Schedule = .cosine(warmup: 0.1), scaling: LearningRate.Scaling = .linear,
    average: WeightAverage? = nil, batch: Int = 64, chunk: Int? = nil, epochs: Int, repetition: Int = 0,
    file: StaticString = #fileID, line: Int = #line
  ) {
    stage = Stage(
      name, on: selection, after: earlier, repetition: repetition, file: file, line: line
    ) {
      views
      encoder.masked(share)
      decoder
      ReconstructionError()
      if let average { average }
      Optimize(
        optimizer, schedule: schedule, scaling: scaling, batch: batch, chunk: chunk, epochs: epochs)
    }
  }
}

extension Views {
  /// One view for a reconstruction: a crop and a flip.
  public static let reconstructed = Views(1) {
    RandomResizedCrop(area: 0.2...1); RandomFlip()
  }
}
