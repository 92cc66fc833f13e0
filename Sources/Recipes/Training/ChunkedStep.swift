/// A step of training on a batch that is larger than the networks hold at a time (Gao et al. 2021).
///
/// It is four graphs over the same variables: what the networks make of a chunk; the loss of all embeddings, and its
/// gradient; the gradients of a chunk's parameters, added up; and the update by the sums.
struct ChunkedStep {
  /// The names of inputs besides those of a `TrainingStep`: embeddings, or the loss's gradients for them.
  enum InputName {
    static let online = "online"
    static let predicted = "predicted"
    static let target = "target"
  }

  /// Images of a chunk, `[2C, H, W, C]`, to embeddings.
  let embedding: (graph: Graph, batch: Embeddings)
  /// Embeddings of the batch, `[2N, D]`, to the loss and its gradients.
  let loss: (graph: Graph, value: Tensor, online: Tensor, predicted: Tensor?)
  /// Images of a chunk, and the loss's gradients for its embeddings, to sums of the parameters' gradients.
  let gradient: Graph
  /// The sums to new weights. It has all variables.
  let update: Graph

  /// Cuts a step into chunks.
  ///
  /// - Parameters:
  ///   - whole: The step of the whole batch, whose variables these graphs have.
  ///   - chunk: The pairs of a chunk.
  /// - Throws: `GraphErrors` with every mistake in the model at the size of a chunk.
  init(
    cutting whole: TrainingStep, _ networks: Networks, image: Shape, pairs: Pairs, chunk: Int,
    loss: some EmbeddingLoss, optimizer: some Optimizer
  ) throws(GraphErrors) {
    let precision = whole.graph.precision
    let images = Shape([2 * chunk] + image.dimensions)
    let forward = Graph(precision: precision)
    let batch = try networks.embeddings(
      of: forward.input(TrainingStep.InputName.images, images), Pairs(chunk))
    embedding = (forward, batch)
    self.loss = try ChunkedStep.loss(loss, of: pairs, like: batch, networks)
    gradient = try ChunkedStep.gradient(networks, images: images, precision)

    update = Graph(precision: precision)
    for variable in whole.graph.variables { _ = update.adopt(variable) }
    let update = update
    let rate = update.input(TrainingStep.InputName.learningRate, [])
    update.train(by: optimizer, learningRate: rate) { parameter, _ in
      let sum = update.memory(ChunkedStep.sum, of: parameter)
      update.update(sum, to: update.constant(0).broadcast(to: sum.shape))
      return sum
    }
    if let target = networks.target { update.moveTarget(momentum: target.momentum) }
    try update.validate()
  }

  // What the sum of a parameter's gradients is called.
  private static let sum = "gradient"

  private static func loss(
    _ loss: some EmbeddingLoss, of pairs: Pairs, like chunk: Embeddings, _ networks: Networks
  ) throws(GraphErrors) -> (graph: Graph, value: Tensor, online: Tensor, predicted: Tensor?) {
    let graph = Graph(precision: chunk.online.graph.precision)
    let tape = Tape(graph)
    func input(_ name: String, _ rows: Tensor) -> Tensor {
      graph.input(name, [pairs.rows, rows.shape.channels])
    }
    let online = input(InputName.online, chunk.online)
    let predicted = networks.predictor.map { _ in input(InputName.predicted, chunk.predicted) }
    let target = networks.target.map { _ in input(InputName.target, chunk.target) }
    let batch = Embeddings(online: online, predicted: predicted, target: target, pairs: pairs)
    let value = graph.scoped("loss") { loss(batch) }
    try graph.validate()
    let gradients = tape.gradients(of: value, for: [online, batch.predicted])
    return (graph, value, gradients[0], predicted.map { _ in gradients[1] })
  }

  private static func gradient(
    _ networks: Networks, images: Shape, _ precision: ElementType
  ) throws(GraphErrors) -> Graph {
    let graph = Graph(precision: precision)
    let tape = Tape(graph)
    let trained = Networks(model: networks.model, predictor: networks.predictor, target: nil)
    let batch = try trained.embeddings(
      of: graph.input(TrainingStep.InputName.images, images), Pairs(images[0] / 2))
    // What the loss changes by, to first order, as the chunk's embeddings change.
    var change = (batch.online * graph.input(InputName.online, batch.online.shape)).sum()
    if networks.predictor != nil {
      let upstream = graph.input(InputName.predicted, batch.predicted.shape)
      change = change + (batch.predicted * upstream).sum()
    }
    let parameters = graph.variables.filter(\.isTrained)
    let gradients = tape.gradients(of: change, for: parameters.map { graph.read($0) })
    for (parameter, gradient) in zip(parameters, gradients) {
      let sum = graph.memory(ChunkedStep.sum, of: parameter)
      graph.update(sum, to: sum + gradient)
    }
    try graph.validate()
    return graph
  }
}
