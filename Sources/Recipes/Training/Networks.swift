/// The networks of a stage: the trained network, the prediction head, and the target network.
struct Networks {
  let model: any Layer
  let predictor: PredictionHead?
  let target: TargetNetwork?

  /// Returns the outputs for images `[rows, H, W, C]` of one size or several, with rows concatenated.
  ///
  /// - Parameter targetRows: How many of the images, from the first one, the target network sees.
  /// - Throws: `GraphErrors` with every error in the model.
  func results(of images: [Tensor], targetRows: Int) throws(GraphErrors) -> NetworkResults {
    let graph = images[0].graph
    let (features, online) = try model.rows(of: images)
    let predicted = predictor.map { predictor in
      graph.scoped("predictor") { predictor.layers.atRoot(online) }
    }
    let followed = target.map { _ in
      graph.movingAverage(TargetNetwork.scope) { model.lastLayer(on: images.first(targetRows)).output }
    }
    try graph.validate()
    return NetworkResults(features: features, online: online, predicted: predicted, target: followed)
  }
}

extension [Tensor] {
  /// Returns the first rows of images of several sizes.
  fileprivate func first(_ rows: Int) -> [Tensor] {
    var left = rows
    return compactMap { images in
      let own = Swift.min(left, images.shape[0])
      left -= own
      if own == images.shape[0] { return images }
      return own > 0 ? images.sliced(0..<own, axis: 0) : nil
    }
  }
}

/// The outputs of each network, a row for each image.
struct NetworkResults {
  /// The input of the model's last layer.
  let features: Tensor
  let online: Tensor
  let predicted: Tensor?
  /// The target network's outputs, for as many of the first images as the objective needs.
  let target: Tensor?

  /// Reports a prediction head or a target network that the loss does not use.
  func reportUnused(by loss: Tensor, _ summary: String) {
    let graph = loss.graph
    guard loss.isKnown else { return }
    let needed = graph.contents.nodes(neededFor: [loss.id])
    let all = [("the model's output", online), ("`predicted`", predicted), ("`target`", target)]
    let read = all.filter { name, rows in rows.map { needed.contains($0.id) } ?? false }.map(\.0)
    func report(_ rows: Tensor?, _ part: String, _ name: String, _ examples: String) {
      guard let rows, !needed.contains(rows.id) else { return }
      _ = graph.report(
        ShapeError(
          "The stage has a \(part), but its loss has no use for it.",
          expected: "a loss that reads `\(name)`, such as \(examples), or no \(part)",
          found: read.isEmpty
            ? "\(summary), which reads no result of the networks"
            : "\(summary), which reads \(read.joined(separator: " and "))"))
    }
    report(predicted, "PredictionHead", "predicted", "BYOLLoss() or SimSiamLoss()")
    report(target, "TargetNetwork", "target", "BYOLLoss() or InfoNCE()")
  }
}

extension Layer {
  /// Returns one row for each image, which a loss may rely on, and the input of the last layer of a sequence;
  /// for other models, the rows themselves.
  ///
  /// - Throws: `GraphErrors` with every error in the model.
  fileprivate func rows(of images: [Tensor]) throws(GraphErrors) -> (features: Tensor, output: Tensor) {
    let (features, output) = lastLayer(on: images)
    output.requireRows(images.reduce(0) { $0 + $1.shape[0] })
    try output.graph.validate()
    return (features, output)
  }

  /// Returns the input of the last layer of a sequence, and the output. Images of each size go separately
  /// through all layers but the last.
  func lastLayer(on images: [Tensor]) -> (features: Tensor, output: Tensor) {
    let graph = images[0].graph
    guard let layers = (self as? LayerSequence)?.layers, let last = layers.last else {
      let output = graph.joined(images.map(atRoot))
      return (output, output)
    }
    let encoder = LayerSequence(layers.dropLast())
    // The layers are named as children of one sequence.
    let first = images.dropLast().map { images in graph.scoped("") { encoder.apply(to: images) } }
    return graph.scoped("") {
      let features = graph.joined(first + images.suffix(1).map(encoder.apply))
      return (features, graph.block { last(features) })
    }
  }
}

extension GraphBuilder {
  /// Returns the concatenated rows of images of several sizes.
  fileprivate func joined(_ rows: [Tensor]) -> Tensor {
    if rows.count == 1 { return rows[0] }
    if let unknown = rows.first(where: { !$0.isKnown }) { return unknown }
    let shapes = rows.map { Array($0.shape.dimensions.dropFirst()) }
    guard Set(shapes).count == 1 else {
      return report(
        ShapeError(
          "Views of several sizes need an encoder whose features are the same for each; pool them.",
          expected: "one shape", found: rows.map { "\($0.shape)" }.joined(separator: " and "),
          assuming: rows[0].type))
    }
    return concatenate(rows)
  }
}

extension Tensor {
  /// Reports an output that does not have one row per image.
  func requireRows(_ images: Int) {
    if !isKnown || (shape.rank == 2 && shape[0] == images) { return }
    _ = graph.report(
      ShapeError(
        "The model does not end in one row per image; pool or flatten its features.",
        expected: "[\(images), D]", found: "\(shape)"))
  }

  /// Returns the tensor as a loss; an error is reported unless it is a scalar.
  func scalar(of loss: String) -> Tensor {
    if isKnown, shape.count != 1 || !type.element.isReal {
      return graph.report(
        ShapeError(
          "The loss \(loss) is no scalar; take its mean() or sum().",
          expected: "one number, \(TensorType([], graph.precision))", found: "\(type)",
          assuming: TensorType([], graph.precision)))
    }
    return self
  }
}

extension GraphBuilder {
  /// Updates every parameter.
  func train(
    by optimizer: some Optimizer, learningRate rate: Tensor, gradient: (Variable, _ value: Tensor) -> Tensor
  ) {
    let all = variables.filter(\.role.isParameter)
    var factors = [Double](repeating: 1, count: all.count)
    do throws(ShapeError) { factors = try optimizer.rateFactors(of: all) } catch { _ = report(error) }
    let rates = Dictionary(uniqueKeysWithValues: zip(all, factors).map { ($0.path, $0.rate * $1) })
    let parameters = all.filter(\.isTrained)
    let gradients = parameters.map { parameter in
      let value = read(parameter)
      return attributed(to: nodes[value.id]) { gradient(parameter, value) }
    }
    for (parameter, gradient) in zip(parameters, optimizer.adjusted(gradients)) {
      let (value, factor) = (read(parameter), rates[parameter.path, default: 1])
      attributed(to: nodes[value.id]) {
        let next = optimizer.update(
          parameter, value: value, gradient: gradient, learningRate: factor == 1 ? rate : rate * factor)
        update(value, to: next)
      }
    }
  }

  /// Updates the moving averages in a scope towards the new values: `w <- share * w + (1 - share) *
  /// followed`. Those that the step has updated already, the running statistics of a target network, are
  /// unaffected.
  ///
  /// - Parameters:
  ///   - scope: The scope of their variables.
  ///   - share: What they keep of their value.
  ///   - name: The name of the share.
  func moveAverages(in scope: String, keeping share: Scheduled, named name: String) {
    let share = scoped(scope) { share.tensor(name, in: self) }
    let updated = Dictionary(updates.map { ($0.variable.path, $0.value) }) { first, _ in first }
    for variable in variables where variable.path.hasPrefix(scope + ".") && updated[variable.path] == nil {
      // One that follows what never changes has its value from the start.
      guard let path = variable.averages, let followed = updated[path] else { continue }
      update(
        read(variable), to: read(variable) * share + Tensor(graph: self, id: followed) * (1 - share))
    }
  }

  /// Returns a state variable with a parameter's shape, initialized to 0.
  func memory(_ name: String, of parameter: Variable) -> Tensor {
    variable(
      parameter.path + "." + name, parameter.type.shape, role: .memory, initializer: .zeros, absolute: true)
  }
}
