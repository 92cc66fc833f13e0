/// The networks of a stage: the one that is trained, what predicts from its embeddings, and the one that follows it.
struct Networks {
  let model: any Layer
  let predictor: PredictionHead?
  let target: TargetNetwork?

  /// What they make of images `[2N, H, W, C]`, whose rows pair up as `pairs` says.
  ///
  /// - Throws: `GraphErrors` with every mistake in the model.
  func embeddings(of images: Tensor, _ pairs: Pairs) throws(GraphErrors) -> Embeddings {
    let graph = images.graph
    let online = try model.rows(of: images)
    let predicted = predictor.map { predictor in
      graph.scoped("predictor") { predictor.layers.atRoot(online) }
    }
    let followed = target.map { _ in graph.following(TargetNetwork.scope) { model.atRoot(images) } }
    try graph.validate()
    return Embeddings(online: online, predicted: predicted, target: followed, pairs: pairs)
  }
}

extension Layer {
  /// One row for each image: a loss may take it for granted.
  ///
  /// - Throws: `GraphErrors` with every mistake in the model.
  func rows(of images: Tensor) throws(GraphErrors) -> Tensor {
    let output = atRoot(images)
    if output.isKnown, output.shape.rank != 2 || output.shape[0] != images.shape[0] {
      _ = output.graph.report(
        ShapeError(
          "The model does not end in one row per image.", expected: "[\(images.shape[0]), D]",
          found: "\(output.shape)"))
    }
    try output.graph.validate()
    return output
  }
}

extension Graph {
  /// Gives every parameter its next value.
  func train(
    by optimizer: some Optimizer, learningRate rate: Tensor, gradient: (Variable, _ value: Tensor) -> Tensor
  ) {
    for parameter in variables where parameter.isTrained {
      let value = read(parameter)
      attributed(to: nodes[value.id]) {
        let own = parameter.rate == 1 ? rate : rate * parameter.rate
        let next = optimizer.update(
          parameter, value: value, gradient: gradient(parameter, value), learningRate: own)
        update(value, to: next)
      }
    }
  }

  /// Moves what follows other variables towards their new values: `w <- momentum * w + (1 - momentum) * followed`. Running
  /// statistics, which a network updates by itself, are left to it.
  func moveTarget(momentum: Scheduled) {
    let share = scoped(TargetNetwork.scope) { momentum.tensor("momentum", in: self) }
    let updated = Dictionary(updates.map { ($0.variable.path, $0.value) }) { first, _ in first }
    for variable in variables where updated[variable.path] == nil {
      guard let path = variable.original, let original = variables.first(where: { $0.path == path }) else {
        continue
      }
      let followed = updated[path].map { Tensor(graph: self, id: $0) } ?? read(original)
      update(read(variable), to: read(variable) * share + followed * (1 - share))
    }
  }

  /// A variable that remembers something of a parameter's shape from step to step, 0 at first.
  func memory(_ name: String, of parameter: Variable) -> Tensor {
    variable(
      parameter.path + "." + name, parameter.type.shape, role: .memory, initializer: .zeros, absolute: true)
  }
}
