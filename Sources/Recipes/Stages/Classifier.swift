/// A classifier on top of an encoder, all of it trained on labelled photographs.
public struct Classifier: StageRecipe {
  public let stage: Stage

  /// A classifier of so many classes, scored on the test patients.
  ///
  /// - Parameters:
  ///   - encoder: `[N, H, W, C]` to features `[N, D]`; a linear layer to the classes is put on it.
  ///   - name: The branch's name in the results.
  ///   - earlier: The stage whose encoder it starts from; random weights without one.
  ///   - smoothing: The share of a label's probability that is spread over all classes.
  ///   - search: Learning rates and weight decays to choose from on validation.
  ///   - stopping: When to end before the last epoch, by validation.
  ///   - weights: How much the photographs of a class count in the loss.
  ///   - sampling: How often the photographs of a class are drawn; balance classes by this or by `weights`.
  ///   - averagingFlips: Whether a test photograph is scored together with its mirror images.
  ///   - repetition: Which repetition it is, from 0: each draws other random numbers, and the results are of
  ///     all.
  public init(
    _ encoder: any Layer, classes: Int, on selection: Selection = .labelled(.train), named name: String,
    after earlier: (any StageRecipe)? = nil, views: Views = .supervised, smoothing: Double = 0.1,
    weights: CrossEntropy.Weights = .none, sampling: Sampling = .natural,
    optimizer: any Optimizer = SGD(learningRate: 0.02, weightDecay: 1e-4),
    schedule: Schedule = .cosine(warmup: 0.1), batch: Int = 32, epochs: Int = 30, search: Search? = nil,
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
      Optimize(optimizer, schedule: schedule, batch: batch, sampling: sampling, epochs: epochs)
      if let search { search }
      if let stopping { stopping }
      Evaluate(on: split, averagingFlips: averagingFlips)
    }
  }
}

extension Views {
  /// One view that shows what the photograph shows: flipped, turned, cropped a little, in slightly other
  /// light.
  public static let supervised = Views(1) {
    RandomRotation(degrees: 30); RandomFlip(vertical: 0.5)
    RandomResizedCrop(area: 0.4...1)
    ColorJitter(brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.02)
  }
}
