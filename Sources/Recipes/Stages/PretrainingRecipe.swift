/// A recipe that pretrains an encoder on views of photographs by a published method, defined by the settings
/// of the method:
///
///     public struct SimCLR: PretrainingRecipe {
///       public static let method = Pretraining(
///         "simclr", loss: NTXent(temperature: 0.1), optimizer: LARS(learningRate: 0.3))
///       public let stage: Stage
///       public init(stage: Stage) { self.stage = stage }
///     }
///
/// Its initializer, `SimCLR(encoder, on: .unlabelled, epochs: 40)`, can override each setting.
public protocol PretrainingRecipe: StageRecipe {
  /// The settings of the method.
  static var method: Pretraining { get }

  /// Creates the recipe of a stage.
  ///
  /// - Parameter stage: The stage.
  init(stage: Stage)
}

extension PretrainingRecipe {
  /// A stage of the method, each of whose settings can be replaced.
  ///
  /// - Parameters:
  ///   - encoder: The encoder to pretrain: `[N, H, W, C]` to features `[N, D]`.
  ///   - selection: The photographs to train on.
  ///   - name: The name of the stage.
  ///   - earlier: The stage whose weights it starts from, those of the head included if both have the same.
  ///   - views: The views of each photograph, of one size or several; the method's unless given.
  ///   - head: The projection head between features and loss.
  ///   - predictor: The predictor of the other view's embedding, for a loss that reads it.
  ///   - target: The network that follows the trained one, for a loss that reads its embeddings.
  ///   - loss: The loss.
  ///   - optimizer: The update rule, with the peak learning rate before scaling.
  ///   - schedule: How the learning rate changes during a training.
  ///   - scaling: How the learning rate grows with the batch.
  ///   - average: The moving average of the weights, which is kept; none if nil.
  ///   - batch: The batch size in photographs, or patients.
  ///   - chunk: The number of pairs processed at a time; the whole batch if nil.
  ///   - pairs: How many pairs of a patient's photographs an epoch takes, where `.patients` are read; never
  ///     two of them in one batch.
  ///   - epochs: The number of epochs.
  ///   - repetition: The index of the repetition, from 0: each draws other random numbers.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    _ encoder: any Layer, on selection: Selection = Self.method.selection,
    named name: String = Self.method.name, after earlier: (any StageRecipe)? = nil,
    views: Views..., head: any Layer = Self.method.head,
    predictor: PredictionHead? = Self.method.predictor, target: TargetNetwork? = Self.method.target,
    loss: any TrainingObjective = Self.method.loss, optimizer: any Optimizer = Self.method.optimizer,
    schedule: Schedule = Self.method.schedule, scaling: LearningRate.Scaling = .linear,
    average: WeightAverage? = nil, batch: Int = 64, chunk: Int? = nil, pairs: PairsPerPatient = .covering,
    epochs: Int, repetition: Int = 0,
    file: StaticString = #fileID, line: Int = #line
  ) {
    self.init(
      stage: Stage(name, on: selection, after: earlier, repetition: repetition, file: file, line: line) {
        views.isEmpty ? Self.method.views : views
        encoder
        head
        if let predictor { predictor }
        if let target { target }
        loss
        if let average { average }
        Optimize(
          optimizer, schedule: schedule, scaling: scaling, batch: batch, chunk: chunk, pairs: pairs,
          epochs: epochs)
      })
  }
}
