import Recipes
import Testing

private struct Small: Layer {
  var body: some Layer {
    Conv2D(4, kernel: 3); BatchNorm(); ReLU()
    GlobalAveragePool()
    ProjectionHead(hidden: [6], output: 5)
  }
}

struct TrainingStepTests {
  private let pixels = numbers(8 * 5 * 5 * 3)

  private func run(_ step: TrainingStep, rate: Double, from known: [String: [Double]] = [:]) throws -> (
    loss: Double, variables: [String: [Double]]
  ) {
    let interpreter = Interpreter<Double>(
      try step.graph.build(),
      inputs: ["images": .real(pixels, [8, 5, 5, 3]), "learningRate": .real([rate], [])],
      variables: try step.graph.initialValues(replacing: known))
    return (interpreter[step.loss][0], interpreter.updates(of: step.graph))
  }

  @Test func contrastive() throws {
    let step = try TrainingStep(
      Small(), image: [5, 5, 3], pairs: Pairs(4), loss: NTXent(temperature: 0.5),
      optimizer: SGD(learningRate: 0.1), precision: .float64)
    try step.graph.verify()
    #expect(step.output.shape == [8, 5])
    #expect(step.graph.inputs.map(\.name).sorted() == ["images", "learningRate"])
    #expect(Set(step.graph.updates.map(\.variable)) == Set(step.graph.variables))

    var (loss, state) = try run(step, rate: 0.1)
    let first = loss
    for _ in 0..<20 { (loss, state) = try run(step, rate: 0.1, from: state) }
    #expect(loss < 0.8 * first)
  }

  @Test func aRateOfZeroMovesOnlyStatistics() throws {
    let step = try TrainingStep(
      Small(), image: [5, 5, 3], pairs: Pairs(4), loss: NTXent(), optimizer: LARS(learningRate: 1),
      precision: .float64)
    let (_, state) = try run(step, rate: 0)
    for variable in step.graph.variables {
      let moved = state[variable.path] != (try variable.initialValues(seed: 1))
      #expect(moved == (variable.role == .statistic), "\(variable.path)")
    }
  }

  @Test func labelsAreAnInputOfAClassifier() throws {
    let model = LayerSequence([GlobalAveragePool(), ClassificationHead(classes: 3)])
    let step = try TrainingStep(
      classifier: model, images: [4, 5, 5, 3], smoothing: 0.1, optimizer: SGD(learningRate: 0.1))
    try step.graph.verify()
    #expect(step.output.shape == [4, 3])
    #expect(step.graph.inputs.map(\.name) == ["images", "labels", "learningRate"])
    #expect(
      step.graph.variables.map(\.path) == [
        "fc.weight", "fc.bias", "fc.weight.momentum", "fc.bias.momentum",
      ])
  }

  @Test func aModelThatDoesNotEndInRowsIsAMistake() throws {
    let error = try #require(throws: GraphErrors.self) {
      _ = try TrainingStep(
        Conv2D(4, kernel: 3), image: [5, 5, 3], pairs: Pairs(4), loss: NTXent(),
        optimizer: SGD(learningRate: 0.1))
    }
    #expect(
      error.description == """
        The model has 1 error.
        model: The model does not end in one row per image; pool or flatten its features.
          expected: [8, D]
          found:    [8, 5, 5, 4]
        """)
  }

  private func mistakes(
    _ loss: some EmbeddingLoss, predictor: PredictionHead? = nil, target: TargetNetwork? = nil,
    model: some Layer = Small()
  ) -> String {
    do throws(GraphErrors) {
      _ = try TrainingStep(
        model, image: [5, 5, 3], pairs: Pairs(4), loss: loss, predictor: predictor, target: target,
        optimizer: SGD(learningRate: 0.1))
      return ""
    } catch {
      return error.diagnostics.map(\.description).joined(separator: "\n")
    }
  }

  @Test func aLossThatIsNoScalarIsAMistake() {
    #expect(
      mistakes(Reading { $0.online }) == """
        loss: The loss Reading(rows: (Function)) is no scalar; take its mean() or sum().
          expected: one number, f32[]
          found:    f32[8,5]
        """)
    #expect(mistakes(Reading { $0.online.sum(axes: [1]) }).contains("found:    f32[8]"))
    #expect(mistakes(Reading { $0.online.sum(axes: [0, 1]) }) == "")
  }

  @Test func aPredictorOrTargetThatTheLossDoesNotReadIsAMistake() {
    let predictor = PredictionHead(hidden: [4], output: 5)
    #expect(
      mistakes(NTXent(temperature: 0.5), predictor: predictor, target: TargetNetwork()) == """
        model: The stage has a PredictionHead, but its loss has no use for it.
          expected: a loss that reads `predicted`, such as BYOLLoss() or SimSiamLoss(), or no PredictionHead
          found:    NTXent(temperature: 0.5), which reads the model's output
        model: The stage has a TargetNetwork, but its loss has no use for it.
          expected: a loss that reads `target`, such as BYOLLoss() or InfoNCE(), or no TargetNetwork
          found:    NTXent(temperature: 0.5), which reads the model's output
        """)
    #expect(
      mistakes(Reading { $0.predicted.sum() }, predictor: predictor, target: TargetNetwork())
        .contains("which reads the model's output and `predicted`"))
    #expect(mistakes(BYOLLoss(), predictor: predictor, target: TargetNetwork()) == "")
    #expect(mistakes(SimSiamLoss(), predictor: predictor) == "")
    #expect(mistakes(InfoNCE(queue: 12), target: TargetNetwork()) == "")
  }

  @Test func aStepThatTrainsNothingIsAMistake() {
    #expect(
      mistakes(NTXent(), model: Small().frozen()) == """
        model: The step trains nothing.
          expected: a loss that depends on a parameter that is not frozen
          found:    no such parameter
        """)
    #expect(mistakes(Reading { $0.target.sum() }).contains("and no gradient of Reading(rows"))
  }

  /// An optimizer would undo what a layer makes of its own weights.
  @Test func aParameterThatItsLayerUpdatesIsAMistake() {
    let model = LayerSequence([Small(), Shrinking()])
    #expect(mistakes(NTXent(), model: model).contains("shrinking1.w is updated twice"))
  }

  @Test func aLayerAtTwoRatesIsAMistake() {
    let layer = Linear(5).named("fc")
    let twice = LayerSequence([GlobalAveragePool(), Linear(5), layer, layer.trained(at: 0.1)])
    #expect(
      mistakes(NTXent(), model: twice).contains(
        "A layer is applied twice, and trained at two rates; freeze it, or set its rate, both times."))
    let frozen = LayerSequence([
      GlobalAveragePool(), Linear(5),
      Linear(5).named("a").frozen(),
      Linear(5).named("a").frozen(),
    ])
    #expect(mistakes(NTXent(), model: frozen).contains("Two layers have the path a"))
  }

  /// A target network follows what the networks' own updates leave to it.
  @Test func anEncoderAppliedTwiceIsTheSameInACheckpoint() throws {
    func updates(_ model: some Layer) throws -> [String: [Double]] {
      let step = try TrainingStep(
        model, image: [5, 5, 3], pairs: Pairs(4), loss: BYOLLoss(),
        predictor: PredictionHead { Linear(5) }, target: TargetNetwork(momentum: 0.5),
        optimizer: SGD(learningRate: 0.1), precision: .float64)
      try step.graph.verify()
      return try run(step, rate: 0.1).variables
    }
    let plain = try updates(LayerSequence([Twins()]))
    let other = try updates(LayerSequence([Checkpoint { Twins() }]))
    #expect(plain.keys == other.keys)
    for (path, values) in plain { #expect(agree(values, other[path] ?? []), "\(path)") }
    #expect(plain["target.twins1.bn.running_mean"] == plain["twins1.bn.running_mean"])
    #expect(plain["target.twins1.fc.weight"] != plain["twins1.fc.weight"])
  }
}

private struct Reading: EmbeddingLoss {
  let rows: @Sendable (Embeddings) -> Tensor

  init(_ rows: @escaping @Sendable (Embeddings) -> Tensor) { self.rows = rows }

  func callAsFunction(_ batch: Embeddings) -> Tensor { rows(batch) }

  // Functions cannot be compared; none of the tests does.
  static func == (a: Reading, b: Reading) -> Bool { false }

  func hash(into hasher: inout Hasher) {}
}

private struct Shrinking: Layer {
  func apply(to x: Tensor) -> Tensor {
    let w = x.graph.variable("w", [x.shape.channels], role: .weight, initializer: .ones)
    x.graph.update(w, to: w * 0.9)
    return x * w
  }
}

/// One normalization for two views of an image.
private struct Twins: Layer {
  let location: Recipes.SourceLocation? = Recipes.SourceLocation(file: #fileID, line: #line)

  func apply(to x: Tensor) -> Tensor {
    let (bn, fc) = (BatchNorm().named("bn"), Linear(5).named("fc"))
    return fc(GlobalAveragePool()(bn(x))) + fc(GlobalAveragePool()(relu(bn(x * x))))
  }
}
