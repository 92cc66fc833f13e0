/// A classifier on an encoder, fine-tuned on labelled photographs.
public struct Classifier: StageRecipe {
  public let stage: Stage

  /// Creates a classifier, scored on the test patients.
  ///
  /// - Parameters:
  ///   - encoder: The encoder, `[N, H, W, C]` to features `[N, D]`; a linear layer to the classes follows it.
  ///   - classes: The number of classes.
  ///   - selection: The photographs to train on.
  ///   - name: The branch's name in the results.
  ///   - earlier: The stage whose encoder it starts from; random weights without one.
  ///   - views: The view of each photograph. With `.scored`, a head on a frozen encoder is trained on
  ///     features that are computed once.
  ///   - smoothing: The label smoothing: the share of a label's probability spread over all classes.
  ///   - weights: The class weights in the loss.
  ///   - sampling: The sampling of photographs by class; balance classes by this or by `weights`.
  ///   - optimizer: The update rule, with the peak learning rate.
  ///   - schedule: How the learning rate changes during a training.
  ///   - average: The moving average of the weights, which is scored; none if nil.
  ///   - batch: The batch size in photographs.
  ///   - chunk: The number of photographs processed at a time; the whole batch if nil.
  ///   - epochs: The number of epochs.
  ///   - search: The grid of learning rates and weight decays to choose from on validation.
  ///   - stopping: Early stopping by validation.
  ///   - split: The split whose labelled photographs are scored.
  ///   - averagingFlips: Whether to average a test photograph's scores with those of its mirror images.
  ///   - repetition: The repetition's index, starting at 0; each uses different random numbers, and the
  ///     results combine all of them.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    _ encoder: any Layer, classes: Int, on selection: Selection = .labelled(.train), named name: String,
    after earlier: (any StageRecipe)? = nil, views: Views = .supervised, smoothing: Double = 0.1,
    weights: CrossEntropy.Weights = .none, sampling: Sampling = .natural,
    optimizer: any Optimizer = SGD(learningRate: 0.02, weightDecay: 1e-4),
    schedule: Schedule = .cosine(warmup: 0.1), average: WeightAverage? = nil, batch: Int = 32,
    chunk: Int? = nil, epochs: Int = 30, search: Search? = nil,
    stopping: EarlyStopping? = nil, evaluatingOn split: Split = .test, averagingFlips: Bool = false,
    repetition: Int = 0, file: StaticString = #fileID, line: Int = #line
  ) {
    stage = Stage(
      name, on: selection, after: earlier, repetition: repetition, file: file, line: line
    ) {
      views
      encoder
      ClassificationHead(classes: classes, file: file, line: line)
      CrossEntropy(smoothing: smoothing, weights: weights)
      if let average { average }
      Optimize(
        optimizer, schedule: schedule, batch: batch, chunk: chunk, sampling: sampling, epochs: epochs)
      if let search { search }
      if let stopping { stopping }
      Evaluate(on: split, averagingFlips: averagingFlips)
    }
  }
}

extension Views {
  /// The center crop by which photographs are scored, without random changes.
  ///
  /// A classifier that trains the head of a frozen encoder on this view alone computes the features of each
  /// photograph once, and trains the head on them:
  ///
  ///     Classifier(encoder.frozen(), classes: 26, named: "head", after: simclr, views: .scored)
  public static let scored = Views(1) { CenterCrop(fraction: Image.scoredFraction) }

  /// One label-preserving view: flips, rotation, mild crops and color changes.
  public static let supervised = Views(1) {
    RandomRotation(degrees: 30); RandomFlip(vertical: 0.5)
    RandomResizedCrop(area: 0.4...1)
    ColorJitter(brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.02)
  }
}
