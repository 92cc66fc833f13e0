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
    _ model: some Layer, image: Shape, pairs: Pairs, loss: some EmbeddingLoss, predictor: PredictionHead? = nil,
    target: TargetNetwork? = nil, optimizer: some Optimizer, precision: ElementType = .float32
  ) throws(GraphErrors) {
    try self.init(
      model, images: Shape([pairs.rows] + image.dimensions), optimizer: optimizer, precision: precision,
      momentum: target?.momentum
    ) { images, online in
      let networks = Networks(model, predictor: predictor, target: target)
      let batch = networks.embeddings(of: images, online: online, pairs)
      return online.graph.scoped("loss") { loss(batch) }
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
    try self.init(model, images: images, optimizer: optimizer, precision: precision) { _, logits in
      let labels = logits.graph.input(InputName.labels, [images[0]], .int32)
      return crossEntropy(logits, labels: labels, smoothing: smoothing, weights: weights)
    }
  }

  private init(
    _ model: some Layer, images: Shape, optimizer: some Optimizer, precision: ElementType,
    momentum: Scheduled? = nil, _ loss: (_ images: Tensor, _ output: Tensor) -> Tensor
  ) throws(GraphErrors) {
    graph = Graph(precision: precision, mode: .training)
    let tape = Tape(graph)
    let input = graph.input(InputName.images, images)
    output = model.atRoot(input)
    try TrainingStep.check(output, rows: images[0])
    self.loss = loss(input, output)
    try graph.validate()

    let rate = graph.input(InputName.learningRate, [])
    let parameters = graph.variables.filter(\.isTrained)
    let values = parameters.map { graph.read($0) }
    let gradients = tape.gradients(of: self.loss, for: values)
    for ((parameter, value), gradient) in zip(zip(parameters, values), gradients) {
      graph.attributed(to: graph.nodes[value.id]) {
        let own = parameter.rate == 1 ? rate : rate * parameter.rate
        let next = optimizer.update(parameter, value: value, gradient: gradient, learningRate: own)
        graph.update(value, to: next)
      }
    }
    if let momentum { graph.moveTarget(momentum: momentum) }
    try graph.validate()
  }

  // A loss may take it for granted that the model gives one row per image.
  private static func check(_ output: Tensor, rows: Int) throws(GraphErrors) {
    if output.isKnown, output.shape.rank != 2 || output.shape[0] != rows {
      _ = output.graph.report(
        ShapeError(
          "The model does not end in one row per image.", expected: "[\(rows), D]", found: "\(output.shape)"))
    }
    try output.graph.validate()
  }
}
