/// A graph of one training step, from images to the loss, gradients and new weights.
///
/// Its inputs are `images`, `learningRate` (a scalar), the `labels` of the rows, their `values` with what of
/// them `isKnown`, and the `groups` of the samples if the objective reads them, what follows a schedule, and
/// the `randomSeed` of ``Dropout`` and ``DropPath``.
/// Running it updates the model's parameters, its running statistics, and other training state.
public struct TrainingStep {
  /// The names of the graph's inputs.
  public enum InputName {
    /// `[N, H, W, C]`.
    public static let images = "images"
    /// `[V * N]`, class indices starting at 0.
    public static let labels = TrainingBatch.labelsInput
    /// `[]`.
    public static let learningRate = "learningRate"
    /// `[2]` integers, the halves of the seed of ``Dropout`` and ``DropPath``; 0 unless set.
    public static let randomSeed = GraphBuilder.RandomInput.seed
  }

  /// The whole computation, with its updates.
  public let graph: GraphBuilder
  /// The model's output: embeddings, or logits.
  public let output: Tensor
  /// The loss, a scalar.
  public let loss: Tensor
  /// The input of the model's last layer.
  let features: Tensor
  /// The definition, for other implementations of the step.
  let definition: Definition

  /// The computation of a step.
  struct Definition {
    let networks: Networks
    let objective: any TrainingObjective
    let form: BatchForm
    let optimizer: any Optimizer
    var average: WeightAverage?
    /// The images of a sample.
    let images: [ImageGroup]

    /// Returns the network outputs for the images of some samples.
    ///
    /// - Throws: `GraphErrors` with every error in the model.
    func results(of images: [Tensor], samples: Int) throws(GraphErrors) -> NetworkResults {
      try networks.results(
        of: images, targetRows: objective.needs.targetViews(of: form.views) * samples)
    }

    /// Returns the loss of the network outputs for a batch.
    func loss(of results: NetworkResults) -> Tensor {
      let batch = TrainingBatch(
        form, output: results.online, features: objective.needs.features ? results.features : nil,
        predicted: results.predicted, target: results.target)
      return batch.graph.scoped("loss") { objective.loss(of: batch).scalar(of: objective.summary) }
    }
  }

  /// Creates a step that trains by an objective on images `[V * N, H, W, C]`, with the first views of all
  /// samples before the second ones. All views go through the model in one batch.
  ///
  /// - Parameters:
  ///   - model: Encoder and head. The features that an objective may read are the input of the last layer of
  ///     a `LayerSequence`, and the output of any other model.
  ///   - image: The shape of one image, `[H, W, C]`.
  ///   - form: The static description of batches.
  ///   - objective: What is minimized.
  ///   - predictor: The prediction head, from one view's embedding to the other's.
  ///   - target: The target network's momentum; no target network if nil.
  ///   - optimizer: The update rule.
  ///   - average: The moving average of the weights, in variables below `average`; none if nil.
  ///   - precision: The element type of the parameters.
  /// - Throws: `GraphErrors` with every error in the model, including a loss that is not a scalar, or does
  ///   not use the predictor or the target network.
  public init(
    _ model: some Layer, image: Shape, batch form: BatchForm, objective: some TrainingObjective,
    predictor: PredictionHead? = nil, target: TargetNetwork? = nil, optimizer: some Optimizer,
    average: WeightAverage? = nil, precision: ElementType = .float32
  ) throws(GraphErrors) {
    try self.init(
      Definition(
        networks: Networks(model: model, predictor: predictor, target: target), objective: objective,
        form: form, optimizer: optimizer, average: average,
        images: [ImageGroup(views: form.views, image: image)]),
      precision: precision)
  }

  /// Creates a step that trains by a loss of embeddings on images `[2N, H, W, C]`, with rows paired by
  /// `pairs`. Both views go through the model in one batch.
  ///
  /// - Parameters:
  ///   - model: The layers that are trained.
  ///   - image: The shape of one image, `[H, W, C]`.
  ///   - pairs: The pairs of rows.
  ///   - loss: The loss, a scalar.
  ///   - predictor: The prediction head, from one view's embedding to the other's.
  ///   - target: The target network's momentum; no target network if nil.
  ///   - optimizer: The update rule.
  ///   - average: The moving average of the weights, in variables below `average`; none if nil.
  ///   - precision: The element type of the parameters.
  /// - Throws: `GraphErrors`, as above.
  public init(
    _ model: some Layer, image: Shape, pairs: Pairs, loss: some EmbeddingLoss,
    predictor: PredictionHead? = nil,
    target: TargetNetwork? = nil, optimizer: some Optimizer, average: WeightAverage? = nil,
    precision: ElementType = .float32
  ) throws(GraphErrors) {
    try self.init(
      model, image: image, batch: BatchForm(samples: pairs.count, views: 2, groups: pairs.groups),
      objective: loss, predictor: predictor, target: target, optimizer: optimizer, average: average,
      precision: precision)
  }

  /// Creates a step that trains a classifier on images `[N, H, W, C]` by cross-entropy.
  ///
  /// - Parameters:
  ///   - model: The layers that are trained.
  ///   - images: The shape of a batch, `[N, H, W, C]`.
  ///   - smoothing: The label smoothing: the share of a label's probability spread over all classes.
  ///   - weights: The class weights, without smoothing; equal if nil.
  ///   - optimizer: The update rule.
  ///   - average: The moving average of the weights, in variables below `average`; none if nil.
  ///   - precision: The element type of the parameters.
  /// - Throws: `GraphErrors` with every error in the model.
  public init(
    classifier model: some Layer, images: Shape, smoothing: Double = 0, weights: [Double]? = nil,
    optimizer: some Optimizer, average: WeightAverage? = nil, precision: ElementType = .float32
  ) throws(GraphErrors) {
    try self.init(
      model, image: Shape(Array(images.dimensions.dropFirst())),
      batch: BatchForm(samples: images[0], views: 1, labels: .all, classWeights: weights),
      objective: CrossEntropy(smoothing: smoothing, weights: weights == nil ? .none : .balanced),
      optimizer: optimizer, average: average, precision: precision)
  }

  init(graph: GraphBuilder, output: Tensor, loss: Tensor, features: Tensor, definition: Definition) {
    (self.graph, self.output, self.loss, self.features) = (graph, output, loss, features)
    self.definition = definition
  }

  /// Creates the step of a definition.
  init(_ definition: Definition, precision: ElementType = .float32) throws(GraphErrors) {
    self.definition = definition
    graph = GraphBuilder(precision: precision, mode: .training)
    let networks = definition.networks
    let settings: [(any Checkable)?] = [
      definition.objective, networks.predictor, networks.target, definition.optimizer,
      definition.average,
    ]
    for value in settings.compactMap({ $0 }) { graph.check(value) }
    try graph.validate()
    let tape = Tape(graph)
    let images = definition.images.inputs(in: graph, of: definition.form.samples)
    let results = try definition.results(of: images, samples: definition.form.samples)
    (features, output) = (results.features, results.online)
    loss = definition.loss(of: results)
    results.reportUnused(by: loss, definition.objective.summary)
    try graph.validate()

    let parameters = graph.variables.filter(\.isTrained)
    let gradients = tape.reachingGradients(of: loss, for: parameters.map { graph.read($0) })
    if gradients.allSatisfy({ $0 == nil }) {
      _ = graph.report(
        ShapeError(
          "The step trains nothing.", expected: "a loss that depends on a parameter that is not frozen",
          found: parameters.isEmpty
            ? "no such parameter"
            : "\(parameters.count) such parameters, and no gradient of \(definition.objective.summary) for any"
        ))
      try graph.validate()
    }
    let byPath = Dictionary(uniqueKeysWithValues: zip(parameters.map(\.path), gradients))
    let rate = graph.input(InputName.learningRate, [])
    graph.train(by: definition.optimizer, learningRate: rate) { parameter, value in
      (byPath[parameter.path] ?? nil) ?? graph.constant(0).broadcast(to: value.shape)
    }
    if let target = definition.networks.target { graph.move(target) }
    if let average = definition.average { graph.average(average) }
    try graph.validate()
  }
}
