import Ops
import Testing

@testable import Recipes

/// A network without batch normalisation, which is the same function of an image whatever the batch.
private struct Plain: Layer {
  var body: some Layer {
    Conv2D(6, kernel: 3, stride: 2, bias: true); ReLU()
    Conv2D(8, kernel: 3, stride: 2, bias: true); ReLU()
    GlobalAveragePool()
    Linear(8)
  }
}

struct ChunkedStepTests {
  private let workers = Workers(count: 2)
  private let image: Shape = [8, 8, 3]

  /// Losses and weights after some steps, and the embeddings of the last.
  private typealias Trained = (losses: [Double], weights: [String: [Float]], embeddings: [Float])

  /// A few steps of a batch of `pairs`, cut into chunks or not.
  private func trained(
    pairs: Int, chunk: Int?, steps: Int, loss: some EmbeddingLoss, predictor: PredictionHead? = nil,
    target: TargetNetwork? = nil, groups: [Float]? = nil
  ) throws -> Trained {
    let networks = Networks(model: Plain(), predictor: predictor, target: target)
    let rows = Pairs(pairs, groups: groups == nil ? .none : .input)
    let optimizer = SGD(learningRate: 0.1)
    let step = try TrainingStep(
      Plain(), image: image, pairs: rows, loss: loss, predictor: predictor, target: target,
      optimizer: optimizer)
    let plan: any StepPlan
    if let chunk {
      let cut = try ChunkedStep(
        cutting: step, networks, image: image, pairs: rows, chunk: chunk, loss: loss, optimizer: optimizer)
      plan = try ChunkedStepPlan(cut, pairs: pairs, chunk: chunk, workers: workers)
    } else {
      plan = try WholeStepPlan(step, workers: workers)
    }
    let program = plan.program()
    let start = try StageWeights(initialising: step.graph, seed: 1)
    for variable in program.owner.variables where start.values[variable.path] != nil {
      program.owner.setVariable(variable.path, to: start[variable])
    }
    var losses: [Double] = []
    for number in 0..<steps {
      let batch = (0..<2 * pairs).map { ViewRequest(photograph: $0 % pairs, view: $0 / pairs) }
      var parts = program.parts(of: batch)[...]
      let scheduled = step.graph.scheduledInputs.map {
        ($0.name, Float($0.schedule.value(at: number, of: steps)))
      }
      let inputs = StepInputs(
        learningRate: 0.1, scheduled: Dictionary(uniqueKeysWithValues: scheduled), labels: nil, groups: groups
      )
      losses.append(
        try program.run(inputs) { views in
          let part = parts.removeFirst()
          let pixels = image.count
          for (row, view) in part.enumerated() {
            var generator = CounterGenerator(seed: 5, number, view.photograph, view.view)
            for place in 0..<pixels { views[row * pixels + place] = Float(generator.uniform()) }
          }
        })
    }
    let kept = step.graph.variables.map { ($0.path, program.owner.variable($0.path, as: Float.self)) }
    return (losses, Dictionary(uniqueKeysWithValues: kept), program.output)
  }

  private func expectEqual(_ a: Trained, _ b: Trained) {
    #expect(agree(a.losses, b.losses, to: 1e-5), "\(a.losses) and \(b.losses)")
    #expect(agree(a.embeddings.map(Double.init), b.embeddings.map(Double.init), to: 1e-5))
    #expect(a.weights.keys == b.weights.keys)
    for (path, values) in a.weights {
      let other = b.weights[path] ?? []
      #expect(agree(values.map(Double.init), other.map(Double.init), to: 1e-5), "\(path)")
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

  @Test func aLargerBatchTakesTheMemoryOfItsEmbeddings() throws {
    func bytes(_ pairs: Int, chunk: Int?) throws -> Int {
      let size: Shape = [32, 32, 3]
      let step = try TrainingStep(
        Plain(), image: size, pairs: Pairs(pairs), loss: VICRegLoss(), optimizer: SGD(learningRate: 0.1))
      guard let chunk else { return try WholeStepPlan(step, workers: workers).byteCount }
      let cut = try ChunkedStep(
        cutting: step, Networks(model: Plain(), predictor: nil, target: nil), image: size,
        pairs: Pairs(pairs), chunk: chunk, loss: VICRegLoss(), optimizer: SGD(learningRate: 0.1))
      return try ChunkedStepPlan(cut, pairs: pairs, chunk: chunk, workers: workers).byteCount
    }
    let (small, large) = (try bytes(64, chunk: 16), try bytes(512, chunk: 16))
    // Some tensors of eight columns for each of the 896 more rows, and not their images or activations.
    #expect(large - small < 896 * 8 * 4 * 16)
    #expect(large < (try bytes(512, chunk: nil)) / 4)
  }
}
