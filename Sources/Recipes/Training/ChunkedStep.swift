/// A training step on a batch that is larger than the networks process at a time (Gao et al. 2021).
///
/// It is three graphs over the same variables: that of a chunk, from its images to the networks' results and,
/// by the loss's gradients for them, on to the gradients of the parameters; the loss of all results; and the
/// update by the sums of the gradients over chunks. A chunk's is interrupted where the loss of all is
/// computed; if a process computes several chunks, it repeats for each what its gradients need of the forward
/// pass. What passes from one graph to the next is up to an ``Exchange``. As in the whole step, everything is
/// computed from the variables as the step began; they change in the last graph, and in the loss's what the
/// loss remembers. What the networks keep of their state becomes the mean of what each chunk makes of it.
///
/// A network with operations over replicas, as a synchronized `BatchNorm` has, connects the chunks within
/// their graph: then each is computed by a process of its own, all at the same time.
struct ChunkedStep {
  /// The names of inputs in addition to those of a `TrainingStep`.
  enum InputName {
    /// The network outputs, or the loss's gradients for them.
    static let features = "features"
    static let online = "online"
    static let predicted = "predicted"
    static let target = "target"

    /// The sum over chunks of a parameter's gradients.
    static func sum(of parameter: Variable) -> String { parameter.path + ".gradient" }
    /// The gradient of a parameter of the loss.
    static func lossGradient(of parameter: Variable) -> String { parameter.path + ".lossGradient" }
    /// The mean of what chunks make of a state.
    static func mean(of state: Variable) -> String { state.path + ".mean" }
  }

  /// The computation.
  let definition: TrainingStep.Definition
  /// The chunk size in samples.
  let chunk: Int
  /// The graph of a chunk: images to the networks' results and the states that the chunk leaves; and from
  /// the loss's gradients for the results to those of the parameters.
  let part: Part
  /// Results of the batch to the loss, its gradients for those that are trained by the names of their inputs,
  /// and those for its own parameters.
  let loss:
    (
      graph: GraphBuilder, value: Tensor, gradients: [(name: String, gradient: Tensor)],
      parameters: ParameterGradients
    )
  /// From the accumulated gradients to new weights. It has all variables.
  let update: GraphBuilder

  typealias Part = (
    graph: GraphBuilder, results: NetworkResults, states: [(variable: Variable, value: Tensor)],
    parameters: ParameterGradients
  )
  typealias ParameterGradients = [(variable: Variable, gradient: Tensor)]

  /// Divides a step into chunks.
  ///
  /// - Parameters:
  ///   - whole: The step of the whole batch, with the variables of these graphs.
  ///   - chunk: The chunk size in samples.
  /// - Throws: `GraphErrors` with every error in the model at the size of a chunk.
  init(cutting whole: TrainingStep, chunk: Int) throws(GraphErrors) {
    let (definition, precision) = (whole.definition, whole.graph.precision)
    self.definition = definition
    self.chunk = chunk
    part = try ChunkedStep.part(definition, chunk, precision)
    loss = try ChunkedStep.loss(definition, like: part.results, chunk)

    let update = GraphBuilder(precision: precision)
    for variable in whole.graph.variables { _ = update.adopt(variable) }
    for (state, _) in part.states {
      let value = update.read(state)
      update.update(value, to: update.input(InputName.mean(of: state), value.shape))
    }
    update.countStep()
    let rate = update.input(TrainingStep.InputName.learningRate, [])
    let sums = Set(part.parameters.map(\.variable.path))
    let ofLoss = Set(loss.parameters.map(\.variable.path))
    update.train(by: definition.optimizer, learningRate: rate) { parameter, value in
      // Every parameter is one of the networks or of the loss.
      let names = [
        sums.contains(parameter.path) ? InputName.sum(of: parameter) : nil,
        ofLoss.contains(parameter.path) ? InputName.lossGradient(of: parameter) : nil,
      ].compactMap { $0 }
      let gradients = names.map { update.input($0, value.shape) }
      return gradients.dropFirst().reduce(gradients[0], +)
    }
    if let target = definition.networks.target { update.move(target) }
    if let average = definition.average { update.average(average) }
    try update.validate()
    self.update = update
  }

  private static func part(
    _ definition: TrainingStep.Definition, _ chunk: Int, _ precision: ElementType
  ) throws(GraphErrors) -> Part {
    let graph = GraphBuilder(precision: precision, replicas: definition.form.samples / chunk)
    let tape = Tape(graph)
    let images = definition.images.inputs(in: graph, of: chunk)
    let results = try definition.results(of: images, samples: chunk)
    graph.withdrawUpdate(of: GraphBuilder.stepCountPath)
    let states = graph.withdrawUpdates()
    let ofImages = graph.dependents(of: Set(images.map(\.id)), from: 0, upTo: graph.nodes.count - 1)
    for (state, value) in states where ofImages.contains(value.id) && !graph.isMean(state) {
      graph.reportSamples(in: state)
    }
    try graph.validate()
    // The first-order change of the loss with the chunk's outputs.
    let changes = definition.trained(results).map { name, rows in
      (rows * graph.input(name, rows.shape)).sum()
    }
    let change = changes.dropFirst().reduce(changes[0], +)
    let parameters = graph.variables.filter(\.isTrained)
    let gradients = tape.gradients(of: change, for: parameters.map { graph.read($0) })
    try graph.validate()
    return (graph, results, states, Array(zip(parameters, gradients)))
  }

  private static func loss(
    _ definition: TrainingStep.Definition, like part: NetworkResults, _ chunk: Int
  ) throws(GraphErrors) -> (
    graph: GraphBuilder, value: Tensor, gradients: [(name: String, gradient: Tensor)],
    parameters: ParameterGradients
  ) {
    let graph = GraphBuilder(precision: part.online.graph.precision)
    graph.samples = definition.form.samples
    let tape = Tape(graph)
    func input(_ name: String, _ result: Tensor) -> Tensor {
      let rows = result.shape[0] / chunk * definition.form.samples
      return graph.input(name, Shape([rows] + result.shape.dimensions.dropFirst()))
    }
    let online = input(InputName.online, part.online)
    let results = NetworkResults(
      features: definition.objective.needs.features ? input(InputName.features, part.features) : online,
      online: online,
      predicted: part.predicted.map { input(InputName.predicted, $0) },
      target: part.target.map { input(InputName.target, $0) })
    let value = definition.loss(of: results)
    graph.withdrawUpdate(of: GraphBuilder.stepCountPath)
    try graph.validate()
    let parameters = graph.variables.filter(\.isTrained)
    let sources = definition.trained(results)
    let gradients = tape.gradients(of: value, for: sources.map(\.rows) + parameters.map { graph.read($0) })
    try graph.validate()
    return (
      graph, value, zip(sources, gradients).map { ($0.name, $1) },
      Array(zip(parameters, gradients.dropFirst(sources.count)))
    )
  }
}

extension TrainingStep.Definition {
  /// Returns the outputs that the loss has gradients for, by input name.
  func trained(_ results: NetworkResults) -> [(name: String, rows: Tensor)] {
    typealias Name = ChunkedStep.InputName
    let features = objective.needs.features ? results.features : nil
    return [(Name.online, results.online), (Name.predicted, results.predicted), (Name.features, features)]
      .compactMap { name, rows in rows.map { (name, $0) } }
  }

  /// Returns all outputs that the loss reads, by input name.
  func read(_ results: NetworkResults) -> [(name: String, rows: Tensor)] {
    trained(results) + (results.target.map { [(ChunkedStep.InputName.target, $0)] } ?? [])
  }
}

extension GraphBuilder {
  // Returns whether a state is averaged over chunks; in a target network, whether the state that it follows
  // is.
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
