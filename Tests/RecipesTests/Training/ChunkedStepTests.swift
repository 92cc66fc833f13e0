import Ops
import Testing

@testable import Recipes

struct ChunkedStepTests {
  private let workers = Workers(count: 2)
  private let image: Shape = [8, 8, 3]

  /// A few steps of a batch of `pairs`, cut into chunks or not.
  private func trained(
    _ model: some Layer = Plain(), pairs: Int, chunk: Int?, steps: Int, loss: some EmbeddingLoss,
    predictor: PredictionHead? = nil, target: TargetNetwork? = nil, groups: [Float]? = nil,
    optimizer: some Optimizer = SGD(learningRate: 0.1)
  ) throws -> Trained {
    let rows = Pairs(pairs, groups: groups == nil ? .none : .input)
    let step = try TrainingStep(
      model, image: image, pairs: rows, loss: loss, predictor: predictor, target: target,
      optimizer: optimizer)
    return try trained(step, chunk: chunk, steps: steps, groups: groups)
  }

  private func trained(
    _ step: TrainingStep, chunk: Int?, steps: Int, groups: [Float]? = nil, labels: [Int32]? = nil,
    values: ColumnValues.Rows? = nil
  ) throws -> Trained {
    let program = try StepProgram(StepPlan(step, chunk: chunk, workers: workers))
    return try Trained(by: program, step, steps: steps, groups: groups, labels: labels, values: values)
  }

  private func expectEqual(
    _ a: Trained, _ b: Trained, to tolerance: Double = 1e-5,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    #expect(
      agree(a.losses, b.losses, to: tolerance), "\(a.losses) and \(b.losses)", sourceLocation: sourceLocation)
    #expect(
      agree(a.embeddings.map(Double.init), b.embeddings.map(Double.init), to: tolerance),
      sourceLocation: sourceLocation)
    #expect(a.weights.keys == b.weights.keys, sourceLocation: sourceLocation)
    for (path, values) in a.weights {
      let other = b.weights[path] ?? []
      #expect(
        agree(values.map(Double.init), other.map(Double.init), to: tolerance), "\(path)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func theGradientOf512PairsInChunksOf16IsThatOfTheWholeBatch() throws {
    let whole = try trained(pairs: 512, chunk: nil, steps: 1, loss: NTXent(temperature: 0.2))
    let chunked = try trained(pairs: 512, chunk: 16, steps: 1, loss: NTXent(temperature: 0.2))
    expectEqual(whole, chunked)
    // The step has moved the weights: one that does nothing would agree as well.
    let start = try trained(pairs: 512, chunk: 16, steps: 0, loss: NTXent(temperature: 0.2))
    #expect(start.weights["conv1.weight"] != chunked.weights["conv1.weight"])
  }

  @Test func severalStepsWithEverythingAStageMayHave() throws {
    let predictor = PredictionHead {
      Linear(8); ReLU(); Linear(8)
    }
    let target = TargetNetwork(momentum: .cosine(from: 0.9, to: 1))
    func run(_ chunk: Int?) throws -> Trained {
      try trained(
        pairs: 12, chunk: chunk, steps: 3,
        loss: InfoNCE(queue: 30, temperature: .linear(from: 0.5, to: 0.2)), predictor: predictor,
        target: target)
    }
    let (whole, chunked) = (try run(nil), try run(4))
    expectEqual(whole, chunked)
    #expect(Set(whole.losses).count == 3)
    #expect(whole.weights["target.conv1.weight"] != whole.weights["conv1.weight"])
  }

  @Test func groupsReachTheLoss() throws {
    let groups: [Float] = [0, 1, 0, 2, 1, 1]
    let whole = try trained(pairs: 6, chunk: nil, steps: 2, loss: SupCon(), groups: groups)
    expectEqual(whole, try trained(pairs: 6, chunk: 3, steps: 2, loss: SupCon(), groups: groups))
    let alone = try trained(pairs: 6, chunk: nil, steps: 2, loss: SupCon(), groups: [0, 1, 2, 3, 4, 5])
    #expect(alone.losses != whole.losses)
  }

  private static let optimizers: [any Optimizer] = [
    SGD(learningRate: 0.1, weightDecay: 0.01), LARS(learningRate: 0.1),
    AdamW(learningRate: 0.1, weightDecay: .linear(from: 0.5, to: 0)),
  ]

  /// A temperature and a bias, as in SigLIP, or prototypes, as in SwAV, are trained like the encoder.
  @Test(arguments: 0..<3) func theVariablesOfALossAreTrained(optimizer: Int) throws {
    func expectTrained(_ loss: some EmbeddingLoss, _ paths: [String]) throws {
      func run(_ chunk: Int?, steps: Int = 4) throws -> Trained {
        try trained(
          pairs: 12, chunk: chunk, steps: steps, loss: loss, optimizer: ChunkedStepTests.optimizers[optimizer]
        )
      }
      let (whole, chunked, start) = (try run(nil), try run(4), try run(4, steps: 0))
      expectEqual(whole, chunked, to: 1e-4)
      for path in paths { #expect(start.weights[path] != chunked.weights[path], "\(path)") }
    }
    try expectTrained(PairwiseSigmoid(), ["loss.scale", "loss.bias"])
    try expectTrained(Prototypes(), ["loss.prototypes", "loss.shares"])
  }

  /// Every chunk sees what the state was when the step began, in both passes, and the step moves it once.
  @Test func layersWithStateAreAsInTheWholeBatch() throws {
    let model = LayerSequence([
      Conv2D(6, kernel: 3, stride: 2, bias: true), Dropout(0.5), ReLU(), DropPath(0.3), Warming(),
      GlobalAveragePool(), Linear(8),
    ])
    let target = TargetNetwork(momentum: 0.9)
    func run(_ chunk: Int?) throws -> Trained {
      try trained(
        model, pairs: 12, chunk: chunk, steps: 4, loss: BYOLLoss(), predictor: PredictionHead { Linear(8) },
        target: target)
    }
    let (whole, chunked) = (try run(nil), try run(4))
    expectEqual(whole, chunked)
    #expect(whole.weights["random.steps"] == [4] && chunked.weights["random.steps"] == [4])
    #expect(Set(whole.losses).count == 4)
  }

  /// A loss draws its own masks, also where chunks are not known to it, and views of each size theirs.
  @Test func randomMasksAreThoseOfTheWholeBatch() throws {
    let objective = JointObjective(
      NTXent(temperature: 0.5),
      CrossEntropy().withHead {
        Dropout(0.4)
        ClassificationHead(classes: 3)
      })
    let step = try TrainingStep(
      .init(
        networks: Networks(
          model: LayerSequence([
            Checkpoint {
              Plain(); DropPath(0.4)
            }, Dropout(0.2), Linear(4),
          ]),
          predictor: nil, target: nil),
        objective: objective, form: BatchForm(samples: 6, views: 2, labels: .all),
        optimizer: SGD(learningRate: 0.1),
        images: [ImageGroup(views: 1, image: image), ImageGroup(views: 1, image: [5, 5, 3])]))
    let labels: [Int32] = [0, 1, 2, 1, 0, 2, 0, 1, 2, 1, 0, 2]
    let whole = try trained(step, chunk: nil, steps: 3, labels: labels)
    for chunk in [3, 2] {
      let chunked = try trained(step, chunk: chunk, steps: 3, labels: labels)
      expectEqual(whole, chunked)
      #expect(chunked.weights["random.steps"] == [3])
    }
  }

  /// Running statistics become the mean of what the chunks make of them: their mean is the whole batch's.
  @Test func runningStatisticsMoveOnce() throws {
    let model = LayerSequence([BatchNorm(), Plain()])
    let target = TargetNetwork(momentum: 0.9)
    func run(_ chunk: Int?) throws -> Trained {
      try trained(
        model, pairs: 12, chunk: chunk, steps: 1, loss: BYOLLoss(), predictor: PredictionHead { Linear(8) },
        target: target)
    }
    let (whole, chunked) = (try run(nil), try run(4))
    for path in ["bn1.running_mean", "target.bn1.running_mean"] {
      let (a, b) = (whole.weights[path] ?? [], chunked.weights[path] ?? [])
      #expect(agree(a.map(Double.init), b.map(Double.init), to: 1e-6) && a.allSatisfy { $0 > 0.01 })
    }
    #expect(chunked.weights["bn1.running_var"] == chunked.weights["target.bn1.running_var"])
    #expect(chunked.weights["bn1.running_var"]?.allSatisfy { $0 < 1 && $0 > 0.9 } == true)
  }

  /// What remembers the images themselves has no mean.
  @Test func aQueueInANetworkIsRefused() throws {
    let model = LayerSequence([Plain(), Remembering()])
    let step = try TrainingStep(
      model, image: image, pairs: Pairs(8), loss: VICRegLoss(), optimizer: SGD(learningRate: 0.1))
    let error = try #require(throws: GraphErrors.self) { try ChunkedStep(cutting: step, chunk: 4) }
    #expect(
      error.diagnostics.map(\.description) == [
        """
        remembering1: remembering1.queue remembers what a batch's images are, which cannot be put together of chunks.
          expected: a variable of role .statistic, which becomes the mean over chunks, or no `chunk:`
          found:    one of role .memory
        """
      ])
  }

  /// A number that follows a schedule reaches every part of the step.
  @Test func schedulesReachTheLayers() throws {
    let model = LayerSequence([Plain(), Fading(share: .linear(from: 0.1, to: 2))])
    func run(_ chunk: Int?) throws -> Trained {
      try trained(model, pairs: 6, chunk: chunk, steps: 3, loss: VICRegLoss())
    }
    expectEqual(try run(nil), try run(3))
  }

  @Test func aClassifierIsTheSameInChunks() throws {
    let labels: [Int32] = [0, 1, 2, 1, 1, 0, 2, 2, 1, 0, 0, 1]
    let step = try TrainingStep(
      classifier: LayerSequence([Plain(), ReLU(), ClassificationHead(classes: 3)]),
      images: [12, 8, 8, 3], weights: [0.5, 1, 3], optimizer: SGD(learningRate: 0.1))
    let whole = try trained(step, chunk: nil, steps: 3, labels: labels)
    let chunked = try trained(step, chunk: 4, steps: 3, labels: labels)
    expectEqual(whole, chunked)
    #expect(Set(whole.losses).count == 3)
  }

  /// Features and labels reach the loss, and its gradients the encoder by both ways.
  @Test func anObjectiveOfTwoHeadsIsTheSameInChunks() throws {
    let objective = JointObjective(
      NTXent(temperature: 0.5),
      CrossEntropy().withHead {
        Linear(6); ReLU()
        ClassificationHead(classes: 3)
      })
    let step = try TrainingStep(
      LayerSequence([Plain(), ReLU(), Linear(4)]), image: image,
      batch: BatchForm(samples: 6, views: 2, labels: .some), objective: objective,
      optimizer: SGD(learningRate: 0.1))
    let labels: [Int32] = [0, -1, 2, 1, -1, 2, 0, -1, 2, 1, -1, 2]
    let whole = try trained(step, chunk: nil, steps: 3, labels: labels)
    let chunked = try trained(step, chunk: 2, steps: 3, labels: labels)
    expectEqual(whole, chunked)
    #expect(Set(whole.losses).count == 3)
    let start = try trained(step, chunk: 2, steps: 0, labels: labels)
    for path in ["loss.second.fc1.weight", "loss.second.fc.weight", "plain1.conv1.weight", "fc1.weight"] {
      #expect(start.weights[path] != nil && start.weights[path] != chunked.weights[path], "\(path)")
    }
    // What the features alone carry trains the encoder too.
    let unlabelled = try trained(step, chunk: 2, steps: 3, labels: [Int32](repeating: -1, count: 12))
    #expect(unlabelled.weights["plain1.conv1.weight"] != chunked.weights["plain1.conv1.weight"])
  }

  /// Numbers of columns are given to the loss of the whole batch.
  @Test func columnsAreTheSameInChunks() throws {
    let objective = JointObjective(
      SigmoidCrossEntropy(columns: ["a", "b"]), MeanSquaredError(columns: ["c"]).withHead { Linear(1) })
    let step = try TrainingStep(
      LayerSequence([Plain(), ReLU(), Linear(2)]), image: image,
      batch: BatchForm(samples: 6, views: 2, values: ["a", "b", "c"]), objective: objective,
      optimizer: SGD(learningRate: 0.1))
    let known: [Float] = (0..<36).map { $0 % 5 == 0 ? 0 : 1 }
    let values = known.indices.map { known[$0] * Float($0 / 3 % 2) }
    func run(_ chunk: Int?, _ values: [Float]) throws -> Trained {
      try trained(step, chunk: chunk, steps: 3, values: .init(values: values, isKnown: known))
    }
    let whole = try run(nil, values)
    expectEqual(whole, try run(2, values))
    #expect(try run(2, values.reversed()).losses != whole.losses)
  }

  /// Three views in chunks: each view's rows of a chunk go to their places.
  @Test func threeViewsAreTheSameInChunks() throws {
    let step = try TrainingStep(
      Plain(), image: image, batch: BatchForm(samples: 6, views: 3), objective: ToTheMean(),
      predictor: PredictionHead { Linear(8) }, target: TargetNetwork(momentum: 0.9),
      optimizer: SGD(learningRate: 0.1))
    let whole = try trained(step, chunk: nil, steps: 3)
    expectEqual(whole, try trained(step, chunk: 2, steps: 3))
    #expect(Set(whole.losses).count == 3)
  }

  /// Two large views and two small ones, which the predictor and the loss see together.
  @Test func viewsOfTwoSizesAreTheSameInChunks() throws {
    let step = try TrainingStep(
      .init(
        networks: Networks(
          model: LayerSequence([Plain(), Linear(4)]), predictor: PredictionHead { Linear(4) },
          target: TargetNetwork(momentum: 0.9)),
        objective: ToTheMean(), form: BatchForm(samples: 6, views: 4), optimizer: SGD(learningRate: 0.1),
        images: [ImageGroup(views: 2, image: image), ImageGroup(views: 2, image: [5, 5, 3])]))
    #expect(step.graph.inputs.prefix(2).map(\.name) == ["images", "images2"])
    #expect(step.output.shape == [24, 4])
    let whole = try trained(step, chunk: nil, steps: 3)
    expectEqual(whole, try trained(step, chunk: 2, steps: 3))
    #expect(Set(whole.losses).count == 3)
    // The names are those of a step of one size.
    let single = try TrainingStep(
      LayerSequence([Plain(), Linear(4)]), image: image, batch: BatchForm(samples: 6, views: 4),
      objective: ToTheMean(), predictor: PredictionHead { Linear(4) }, target: TargetNetwork(momentum: 0.9),
      optimizer: SGD(learningRate: 0.1))
    #expect(Set(single.graph.variables.map(\.path)) == Set(step.graph.variables.map(\.path)))
  }

  @Test func aLargerBatchTakesTheMemoryOfItsEmbeddings() throws {
    func bytes(_ pairs: Int, chunk: Int?) throws -> Int {
      let step = try TrainingStep(
        Plain(), image: [32, 32, 3], pairs: Pairs(pairs), loss: VICRegLoss(),
        optimizer: SGD(learningRate: 0.1))
      let plan = try StepPlan(step, chunk: chunk, workers: workers)
      #expect(try StepProgram(plan).byteCount == plan.byteCount)
      return plan.byteCount
    }
    let (small, large) = (try bytes(64, chunk: 16), try bytes(512, chunk: 16))
    // Some tensors of eight columns for each of the 896 more rows, and not their images or activations.
    #expect(large - small < 896 * 8 * 4 * 16)
    #expect(large < (try bytes(512, chunk: nil)) / 4)
  }
}
