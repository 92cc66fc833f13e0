/// A step of training on a batch that is larger than the networks hold at a time (Gao et al. 2021).
///
/// It is four graphs over the same variables: what the networks make of a chunk; the loss of all their
/// results, and its gradients; the gradients of a chunk's parameters, added up; and the update by the sums.
/// As in the whole step, everything is computed from the variables as the step began; they change in the last
/// graph, and in the loss's what the loss remembers. What the networks keep of their state becomes the mean
/// of what each chunk makes of it.
struct ChunkedStep {
  /// The names of inputs besides those of a `TrainingStep`.
  enum InputName {
    /// The networks' results, or the loss's gradients for them.
    static let features = "features"
    static let online = "online"
    static let predicted = "predicted"
    static let target = "target"
    /// A chunk's share in the mean of those so far.
    static let share = "share"
  }

  /// What is computed.
  let definition: TrainingStep.Definition
  /// The samples of a chunk.
  let chunk: Int
  /// Images of a chunk to the networks' results, and to the means of the states that chunks leave.
  let embedding: (graph: GraphBuilder, results: NetworkResults, states: [Variable])
  /// Results of the batch to the loss, its gradients for those that are trained by the names of their inputs,
  /// and the sums of those of its own parameters.
  let loss: (graph: GraphBuilder, value: Tensor, gradients: [(name: String, gradient: Tensor)])
  /// Images of a chunk, and the loss's gradients for its results, to sums of the parameters' gradients.
  let gradient: GraphBuilder
  /// The sums to new weights. It has all variables.
  let update: GraphBuilder

  /// Cuts a step into chunks.
  ///
  /// - Parameters:
  ///   - whole: The step of the whole batch, whose variables these graphs have.
  ///   - chunk: The samples of a chunk.
  /// - Throws: `GraphErrors` with every mistake in the model at the size of a chunk.
  init(cutting whole: TrainingStep, chunk: Int) throws(GraphErrors) {
    let (definition, precision) = (whole.definition, whole.graph.precision)
    self.definition = definition
    self.chunk = chunk
    embedding = try ChunkedStep.embedding(definition, chunk, precision)
    loss = try ChunkedStep.loss(definition, like: embedding.results)
    gradient = try ChunkedStep.gradient(definition, chunk, precision)

    let update = GraphBuilder(precision: precision)
    for variable in whole.graph.variables { _ = update.adopt(variable) }
    func taken(_ name: String, of variable: Variable) -> Tensor {
      let value = update.memory(name, of: variable)
      update.update(value, to: update.constant(0).broadcast(to: value.shape))
      return value
    }
    for state in embedding.states {
      update.update(update.read(state), to: taken(ChunkedStep.mean, of: state))
    }
    let rate = update.input(TrainingStep.InputName.learningRate, [])
    update.train(by: definition.optimizer, learningRate: rate) { parameter, _ in
      taken(ChunkedStep.sum, of: parameter)
    }
    if let target = definition.networks.target { update.moveTarget(momentum: target.momentum) }
    try update.validate()
    self.update = update
  }

  // What the sum of a parameter's gradients is called, and the mean of what chunks make of a state.
  fileprivate static let sum = "gradient"
  private static let mean = "chunks"

  private static func embedding(
    _ definition: TrainingStep.Definition, _ chunk: Int, _ precision: ElementType
  ) throws(GraphErrors) -> (graph: GraphBuilder, results: NetworkResults, states: [Variable]) {
    let graph = GraphBuilder(precision: precision)
    let images = definition.images.inputs(in: graph, of: chunk)
    let results = try definition.networks.results(of: images)
    let updates = graph.withdrawUpdates()
    if updates.isEmpty { return (graph, results, []) }
    let ofImages = graph.dependents(of: Set(images.map(\.id)), from: 0, upTo: graph.nodes.count - 1)
    let share = graph.input(InputName.share, [])
    for (state, value) in updates {
      if ofImages.contains(value.id), !graph.isMean(state) { graph.reportSamples(in: state) }
      let mean = graph.memory(ChunkedStep.mean, of: state)
      // Of equal values it is that value, to the bit.
      graph.update(mean, to: mean + (value - mean) * share)
    }
    try graph.validate()
    return (graph, results, updates.map(\.variable))
  }

  private static func loss(
    _ definition: TrainingStep.Definition, like chunk: NetworkResults
  ) throws(GraphErrors) -> (graph: GraphBuilder, value: Tensor, gradients: [(name: String, gradient: Tensor)])
  {
    let graph = GraphBuilder(precision: chunk.online.graph.precision)
    let tape = Tape(graph)
    func input(_ name: String, _ result: Tensor) -> Tensor {
      graph.input(name, Shape([definition.form.rows] + result.shape.dimensions.dropFirst()))
    }
    let online = input(InputName.online, chunk.online)
    let results = NetworkResults(
      features: definition.objective.needs.features ? input(InputName.features, chunk.features) : online,
      online: online,
      predicted: chunk.predicted.map { input(InputName.predicted, $0) },
      target: chunk.target.map { input(InputName.target, $0) })
    let value = definition.loss(of: results)
    try graph.validate()
    let parameters = graph.variables.filter(\.isTrained)
    let sources = definition.trained(results)
    let gradients = tape.gradients(of: value, for: sources.map(\.rows) + parameters.map { graph.read($0) })
    graph.addUp(gradients.dropFirst(sources.count), of: parameters)
    try graph.validate()
    return (graph, value, zip(sources, gradients).map { ($0.name, $1) })
  }

  private static func gradient(
    _ definition: TrainingStep.Definition, _ chunk: Int, _ precision: ElementType
  ) throws(GraphErrors) -> GraphBuilder {
    let graph = GraphBuilder(precision: precision)
    let tape = Tape(graph)
    let trained = Networks(
      model: definition.networks.model, predictor: definition.networks.predictor, target: nil)
    let images = definition.images.inputs(in: graph, of: chunk)
    let results = try trained.results(of: images)
    _ = graph.withdrawUpdates()
    // What the loss changes by, to first order, as the chunk's results change.
    let changes = definition.trained(results).map { name, rows in
      (rows * graph.input(name, rows.shape)).sum()
    }
    let change = changes.dropFirst().reduce(changes[0], +)
    let parameters = graph.variables.filter(\.isTrained)
    graph.addUp(tape.gradients(of: change, for: parameters.map { graph.read($0) }), of: parameters)
    try graph.validate()
    return graph
  }
}

extension TrainingStep.Definition {
  /// The results that the loss has gradients for, by the names of their inputs.
  func trained(_ results: NetworkResults) -> [(name: String, rows: Tensor)] {
    typealias Name = ChunkedStep.InputName
    let features = objective.needs.features ? results.features : nil
    return [(Name.online, results.online), (Name.predicted, results.predicted), (Name.features, features)]
      .compactMap { name, rows in rows.map { (name, $0) } }
  }

  /// All that the loss reads of the networks, by the names of its inputs.
  func read(_ results: NetworkResults) -> [(name: String, rows: Tensor)] {
    trained(results) + (results.target.map { [(ChunkedStep.InputName.target, $0)] } ?? [])
  }
}

extension GraphBuilder {
  // Adds gradients to their parameters' sums.
  fileprivate func addUp(_ gradients: some Sequence<Tensor>, of parameters: [Variable]) {
    for (parameter, gradient) in zip(parameters, gradients) {
      let sum = memory(ChunkedStep.sum, of: parameter)
      update(sum, to: sum + gradient)
    }
  }

  // Whether a state is one of which means are taken; in a target network, whether that which it follows is.
  fileprivate func isMean(_ state: Variable) -> Bool {
    let original = state.averages.flatMap { path in variables.first { $0.path == path } }
    return (original ?? state).role == .statistic
  }

  fileprivate func reportSamples(in state: Variable) {
    attributed(to: nodes[read(state).id]) {
      _ = report(
        ShapeError(
          "\(state.path) remembers what a batch's images are, which cannot be put together of chunks.",
          expected: "a variable of role .statistic, which becomes the mean over chunks, or no `chunk:`",
          found: "one of role .\(state.role)"))
    }
  }
}
