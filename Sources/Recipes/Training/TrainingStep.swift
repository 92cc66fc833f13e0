/// A graph that does one step of training: images in; loss, gradients and new weights out.
///
/// Its inputs are `images`, `learningRate` (a scalar) and, to classify, `labels`; for a loss that asks for
/// them the `groups` of the samples, and what follows a schedule. Running it changes the model's parameters,
/// its running statistics, and what training remembers besides.
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
  public let graph: GraphBuilder
  /// The model's result: embeddings, or logits.
  public let output: Tensor
  /// The loss, a scalar.
  public let loss: Tensor
  /// What it does, for those who compute it in another way.
  let definition: Definition

  /// What a step computes.
  struct Definition {
    let networks: Networks
    let loss: any BatchLoss
    let optimizer: any Optimizer
    /// An image, `[H, W, C]`.
    let image: Shape
    /// The samples of a batch.
    let samples: Int

    /// The images of so many samples, `[rows, H, W, C]`.
    func images(of samples: Int) -> Shape { Shape([loss.views * samples] + image.dimensions) }
  }

  /// A step that trains by a loss of embeddings on images `[2N, H, W, C]`, whose rows pair up as `pairs`
  /// says. Both views go through the model in one batch.
  ///
  /// - Parameters:
  ///   - predictor: What says from one view's embedding what the other's is.
  ///   - target: How the second network follows the first; there is none without it.
  /// - Throws: `GraphErrors` with every mistake in the model, a loss that is no scalar among them, or that
  ///   has no use for the predictor or the target network.
  public init(
    _ model: some Layer, image: Shape, pairs: Pairs, loss: some EmbeddingLoss,
    predictor: PredictionHead? = nil,
    target: TargetNetwork? = nil, optimizer: some Optimizer, precision: ElementType = .float32
  ) throws(GraphErrors) {
    try self.init(
      Definition(
        networks: Networks(model: model, predictor: predictor, target: target),
        loss: PairLoss(loss: loss, groups: pairs.groups), optimizer: optimizer, image: image,
        samples: pairs.count),
      precision: precision)
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
    try self.init(
      Definition(
        networks: Networks(model: model, predictor: nil, target: nil),
        loss: LabelLoss(smoothing: smoothing, weights: weights), optimizer: optimizer,
        image: Shape(Array(images.dimensions.dropFirst())), samples: images[0]),
      precision: precision)
  }

  private init(_ definition: Definition, precision: ElementType) throws(GraphErrors) {
    self.definition = definition
    graph = GraphBuilder(precision: precision, mode: .training)
    let networks = definition.networks
    let settings: [(any Checkable)?] = [
      definition.loss.settings, networks.predictor, networks.target, definition.optimizer,
    ]
    for value in settings.compactMap({ $0 }) { graph.check(value) }
    try graph.validate()
    let tape = Tape(graph)
    let images = graph.input(InputName.images, definition.images(of: definition.samples))
    let results = try definition.networks.results(of: images)
    output = results.online
    loss = definition.loss(results, samples: definition.samples)
    results.reportUnused(by: loss, definition.loss.summary)
    try graph.validate()

    let parameters = graph.variables.filter(\.isTrained)
    let gradients = tape.reachingGradients(of: loss, for: parameters.map { graph.read($0) })
    if gradients.allSatisfy({ $0 == nil }) {
      _ = graph.report(
        ShapeError(
          "The step trains nothing.", expected: "a loss that depends on a parameter that is not frozen",
          found: parameters.isEmpty
            ? "no such parameter"
            : "\(parameters.count) such parameters, and no gradient of \(definition.loss.summary) for any"))
      try graph.validate()
    }
    let byPath = Dictionary(uniqueKeysWithValues: zip(parameters.map(\.path), gradients))
    let rate = graph.input(InputName.learningRate, [])
    graph.train(by: definition.optimizer, learningRate: rate) { parameter, value in
      (byPath[parameter.path] ?? nil) ?? graph.constant(0).broadcast(to: value.shape)
    }
    if let target = definition.networks.target { graph.moveTarget(momentum: target.momentum) }
    try graph.validate()
  }
}
