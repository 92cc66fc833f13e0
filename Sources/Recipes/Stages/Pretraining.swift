/// The settings of a pretraining method: the defaults of a ``PretrainingRecipe``.
public struct Pretraining: Sendable {
  /// The name of its stage.
  public let name: String
  /// The photographs.
  public let selection: Selection
  /// The views of each photograph, of one size or several.
  public let views: [Views]
  /// The projection head between features and embeddings.
  public let head: any Layer
  /// The predictor of the other view's embedding.
  public let predictor: PredictionHead?
  /// The network that follows the trained one.
  public let target: TargetNetwork?
  /// The loss.
  public let loss: any TrainingObjective
  /// The rule that moves the parameters.
  public let optimizer: any Optimizer
  /// The learning-rate schedule.
  public let schedule: Schedule

  /// Creates the settings of a method; the defaults are SimCLR's.
  ///
  /// - Parameters:
  ///   - name: The name of its stage.
  ///   - selection: The photographs.
  ///   - views: The views of each photograph, of one size or several; `.contrastive` unless given.
  ///   - head: The projection head between features and embeddings.
  ///   - predictor: The predictor of the other view's embedding.
  ///   - target: The network that follows the trained one.
  ///   - loss: The loss.
  ///   - optimizer: The rule that moves the parameters.
  ///   - schedule: The learning-rate schedule.
  public init(
    _ name: String, on selection: Selection = .unlabelled, views: Views...,
    head: any Layer = ProjectionHead(), predictor: PredictionHead? = nil, target: TargetNetwork? = nil,
    loss: any TrainingObjective,
    optimizer: any Optimizer, schedule: Schedule = .cosine(warmup: 0.1)
  ) {
    self.name = name
    self.selection = selection
    self.views = views.isEmpty ? [.contrastive] : views
    self.head = head
    self.predictor = predictor
    self.target = target
    self.loss = loss
    self.optimizer = optimizer
    self.schedule = schedule
  }
}
