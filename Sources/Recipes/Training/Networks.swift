/// The networks of a stage: the one that is trained, what predicts from its embeddings, and the one that
/// follows it.
struct Networks {
  let model: any Layer
  let predictor: PredictionHead?
  let target: TargetNetwork?

  /// What they make of images `[rows, H, W, C]`.
  ///
  /// - Throws: `GraphErrors` with every mistake in the model.
  func results(of images: Tensor) throws(GraphErrors) -> NetworkResults {
    let graph = images.graph
    let online = try model.rows(of: images)
    let predicted = predictor.map { predictor in
      graph.scoped("predictor") { predictor.layers.atRoot(online) }
    }
    let followed = target.map { _ in graph.following(TargetNetwork.scope) { model.atRoot(images) } }
    try graph.validate()
    return NetworkResults(online: online, predicted: predicted, target: followed)
  }
}

/// A row for each image from each network that there is.
struct NetworkResults {
  let online: Tensor
  let predicted: Tensor?
  let target: Tensor?

  /// Reports a prediction head or a target network that the loss has no use for.
  func reportUnused(by loss: Tensor, _ summary: String) {
    let graph = loss.graph
    guard loss.isKnown else { return }
    let needed = graph.contents.nodes(neededFor: [loss.id])
    let all = [("online", online), ("predicted", predicted), ("target", target)]
    let read = all.filter { name, rows in rows.map { needed.contains($0.id) } ?? false }.map(\.0)
    func report(_ rows: Tensor?, _ part: String, _ name: String, _ examples: String) {
      guard let rows, !needed.contains(rows.id) else { return }
      _ = graph.report(
        ShapeError(
          "The stage has a \(part), but its loss has no use for it.",
          expected: "a loss that reads `\(name)`, such as \(examples), or no \(part)",
          found: read.isEmpty
            ? "\(summary), which reads no result of the networks"
            : "\(summary), which reads \(read.map { "`\($0)`" }.joined(separator: " and "))"))
    }
    report(predicted, "PredictionHead", "predicted", "BYOLLoss() or SimSiamLoss()")
    report(target, "TargetNetwork", "target", "BYOLLoss() or InfoNCE()")
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

extension GraphBuilder {
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

  /// Moves what follows other variables towards their new values:
  /// `w <- momentum * w + (1 - momentum) * followed`. Running statistics, which a network updates by itself,
  /// are left to it.
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
