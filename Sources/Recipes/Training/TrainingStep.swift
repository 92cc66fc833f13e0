/// A graph that does one step of training: images in; loss, gradients and new weights out.
///
/// Its inputs are `images`, `learningRate` (a scalar) and, to classify, `labels`; for a loss that asks for them the
/// `groups` of the samples, and what follows a schedule. Running it changes the model's parameters, its running
/// statistics, and what training remembers besides.
public struct TrainingStep {
  /// The names of the graph's inputs.
  public enum InputName {
    /// `[N, H, W, C]`.
    public static let images = "images"
    /// `[N]`, classes counted from 0.
    public static let labels = "labels"
    /// `[]`.
    public static let learningRate = "learningRate"
  }

  /// The whole computation, with its updates.
  public let graph: Graph
  /// The model's result: embeddings, or logits.
  public let output: Tensor
  /// The loss, a scalar.
  public let loss: Tensor

  /// A step that trains by a loss of embeddings on images `[2N, H, W, C]`, whose rows pair up as `pairs` says.
  /// Both views go through the model in one batch.
  ///
  /// - Parameters:
  ///   - predictor: What says from one view's embedding what the other's is.
  ///   - target: How the second network follows the first; there is none without it.
  /// - Throws: `GraphErrors` with every mistake in the model.
  public init(
    _ model: some Layer, image: Shape, pairs: Pairs, loss: some EmbeddingLoss,
    predictor: PredictionHead? = nil,
    target: TargetNetwork? = nil, optimizer: some Optimizer, precision: ElementType = .float32
  ) throws(GraphErrors) {
    let networks = Networks(model: model, predictor: predictor, target: target)
    let settings: [(any Checkable)?] = [loss, predictor, target]
    let images = Shape([pairs.rows] + image.dimensions)
    try self.init(
      images: images, optimizer: optimizer, precision: precision, momentum: target?.momentum,
      settings.compactMap { $0 }
    ) {
      input throws(GraphErrors) in
      let batch = try networks.embeddings(of: input, pairs)
      return (batch.online, batch.online.graph.scoped("loss") { loss(batch) })
    }
  }

  /// A step that trains a classifier on images `[N, H, W, C]` by cross-entropy.
  ///
  /// - Parameters:
  ///   - smoothing: The share of a label's probability that is spread over all classes.
  ///   - weights: How much each class counts; all the same if nil.
  /// - Throws: `GraphErrors` with every mistake in the model.
  public init(
    classifier model: some Layer, images: Shape, smoothing: Double = 0, weights: [Double]? = nil,
    optimizer: some Optimizer, precision: ElementType = .float32
  ) throws(GraphErrors) {
    let settings = [CrossEntropy(smoothing: smoothing)]
    try self.init(images: images, optimizer: optimizer, precision: precision, settings) {
      input throws(GraphErrors) in
      let logits = try model.rows(of: input)
      let labels = logits.graph.input(InputName.labels, [images[0]], .int32)
      return (logits, crossEntropy(logits, labels: labels, smoothing: smoothing, weights: weights))
    }
  }

  private init(
    images: Shape, optimizer: some Optimizer, precision: ElementType, momentum: Scheduled? = nil,
    _ settings: [any Checkable],
    _ model: (_ images: Tensor) throws(GraphErrors) -> (output: Tensor, loss: Tensor)
  ) throws(GraphErrors) {
    graph = Graph(precision: precision, mode: .training)
    for value in settings + [optimizer] { graph.check(value) }
    try graph.validate()
    let tape = Tape(graph)
    (output, loss) = try model(graph.input(InputName.images, images))
    try graph.validate()

    let parameters = graph.variables.filter(\.isTrained)
    let gradients = tape.gradients(of: loss, for: parameters.map { graph.read($0) })
    let byPath = Dictionary(uniqueKeysWithValues: zip(parameters.map(\.path), gradients))
    let rate = graph.input(InputName.learningRate, [])
    graph.train(by: optimizer, learningRate: rate) { parameter, value in byPath[parameter.path] ?? value }
    if let momentum { graph.moveTarget(momentum: momentum) }
    try graph.validate()
  }
}
