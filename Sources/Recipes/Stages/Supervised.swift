/// Pretraining on labels, as encoders are on ImageNet: other stages start from what it has learned. Unlike
/// ``Classifier`` it is not scored.
public struct Supervised: StageRecipe {
  public let stage: Stage

  /// Pretraining with the settings that ImageNet's classifiers are trained with (Goyal et al. 2017).
  ///
  /// - Parameters:
  ///   - encoder: What is kept: `[N, H, W, C]` to features `[N, D]`; a linear layer to the classes is put on
  ///     it.
  ///   - classes: How many there are.
  ///   - earlier: The stage whose weights it starts from.
  ///   - repetition: Which repetition it is, from 0: each draws other random numbers.
  public init(
    _ encoder: any Layer, classes: Int, on selection: Selection = .labelled(.train),
    named name: String = "supervised", after earlier: (any StageRecipe)? = nil,
    views: Views = Views(1) {
      RandomResizedCrop(area: 0.08...1); RandomFlip()
    },
    smoothing: Double = 0, optimizer: any Optimizer = SGD(learningRate: 0.1, weightDecay: 1e-4),
    schedule: Schedule = .cosine(warmup: 0.05), scaling: LearningRate.Scaling = .linear, batch: Int = 64,
    sampling: Sampling = .natural, epochs: Int, repetition: Int = 0, file: StaticString = #fileID,
    line: Int = #line
  ) {
    stage = Stage(
      name, on: selection, after: earlier, repetition: repetition, file: file, line: line
    ) {
      views
      encoder
      ClassificationHead(classes: classes, file: file, line: line)
      CrossEntropy(smoothing: smoothing)
      Optimize(
        optimizer, schedule: schedule, scaling: scaling, batch: batch, sampling: sampling, epochs: epochs)
    }
  }
}
