/// Supervised pretraining, as for ImageNet encoders: other stages start from its weights. Unlike
/// ``Classifier`` it is not scored.
public struct Supervised: StageRecipe {
  public let stage: Stage

  /// Creates a pretraining stage, by default with the settings of ImageNet classifiers (Goyal et al. 2017).
  ///
  /// - Parameters:
  ///   - encoder: The encoder to pretrain: `[N, H, W, C]` to features `[N, D]`; a linear layer to the classes
  ///     follows it.
  ///   - classes: The number of classes.
  ///   - selection: The photographs to train on.
  ///   - name: The name of the stage.
  ///   - earlier: The stage whose weights it starts from.
  ///   - views: The view of each photograph.
  ///   - smoothing: The label smoothing: the share of a label's probability spread over all classes.
  ///   - optimizer: The update rule, with the peak learning rate before scaling.
  ///   - schedule: How the learning rate changes during a training.
  ///   - scaling: How the learning rate grows with the batch.
  ///   - average: The moving average of the weights, which is kept; none if nil.
  ///   - batch: The batch size in photographs.
  ///   - chunk: The number of photographs processed at a time; the whole batch if nil.
  ///   - sampling: How photographs are drawn by class.
  ///   - epochs: The number of epochs.
  ///   - repetition: The repetition's index, starting at 0; each uses different random numbers.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    _ encoder: any Layer, classes: Int, on selection: Selection = .labelled(.train),
    named name: String = "supervised", after earlier: (any StageRecipe)? = nil,
    views: Views = Views(1) {
      RandomResizedCrop(area: 0.08...1); RandomFlip()
    },
    smoothing: Double = 0, optimizer: any Optimizer = SGD(learningRate: 0.1, weightDecay: 1e-4),
    schedule: Schedule = .cosine(warmup: 0.05), scaling: LearningRate.Scaling = .linear,
    average: WeightAverage? = nil, batch: Int = 64, chunk: Int? = nil, sampling: Sampling = .natural,
    epochs: Int, repetition: Int = 0, file: StaticString = #fileID,
    line: Int = #line
  ) {
    stage = Stage(
      name, on: selection, after: earlier, repetition: repetition, file: file, line: line
    ) {
      views
      encoder
      ClassificationHead(classes: classes, file: file, line: line)
      CrossEntropy(smoothing: smoothing)
      if let average { average }
      Optimize(
        optimizer, schedule: schedule, scaling: scaling, batch: batch, chunk: chunk, sampling: sampling,
        epochs: epochs)
    }
  }
}
