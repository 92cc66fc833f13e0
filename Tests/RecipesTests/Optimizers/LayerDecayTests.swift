@testable import Recipes
import Testing

struct LayerDecayTests {
  private static let transformer = VisionTransformer.Architecture.custom(channels: 24, depth: 3, heads: 3)

  private static let networks: [(name: String, encoder: any Layer, head: String, decay: Double)] = [
    ("transformer", VisionTransformer(transformer, patch: 8, imageSize: 32), "head", 0.75),
    (
      "registers", VisionTransformer(transformer, patch: 8, imageSize: 32, registers: 2, layerScale: 1e-5),
      "head", 0.75
    ),
    ("resnet18", ResNet(.resNet18), "fc", 0.6), ("convnext", ConvNeXt(.tiny), "head.fc", 0.8),
    ("efficientnet", EfficientNet(.b0), "classifier", 0.7),
  ]

  private func step(_ encoder: any Layer, _ optimizer: any Optimizer) throws -> TrainingStep {
    try TrainingStep(
      .init(
        networks: Networks(
          model: LayerSequence([encoder, ClassificationHead(classes: 5)]), predictor: nil, target: nil),
        objective: CrossEntropy(), form: BatchForm(samples: 2, views: 1, labels: .all), optimizer: optimizer,
        images: [ImageGroup(views: 1, image: [32, 32, 3])]))
  }

  private func factors(_ graph: GraphBuilder, _ optimizer: any Optimizer) throws -> [String: Double] {
    let parameters = graph.variables.filter(\.role.isParameter)
    return Dictionary(
      uniqueKeysWithValues: zip(parameters.map(\.path), try optimizer.rateFactors(of: parameters)))
  }

  @Test(arguments: networks.indices) func factorsAreThoseOfTimm(network: Int) throws {
    let (name, encoder, head, decay) = LayerDecayTests.networks[network]
    let expected = try #require(try TrainingFixture.load().scales[name])
    let optimizer = SGD(learningRate: 0.1).layerDecay(decay)
    let found = try factors(step(encoder, optimizer).graph, optimizer)
    #expect(found.count == expected.count)
    for (path, factor) in found {
      let theirs = path.hasPrefix("fc.") ? head + path.dropFirst(2) : path
      // A normalization after the last block belongs to that block here, and in timm to its head.
      let wanted = (expected[theirs] ?? 0) * (path.hasPrefix("head.norm.") ? decay : 1)
      #expect(abs(factor - wanted) < 1e-12, "\(path): \(factor)")
    }
  }

  /// Every parameter moves by its factor times what it moves without.
  @Test func parametersMoveByTheirFactors() throws {
    func moves(_ optimizer: any Optimizer) throws -> [String: [Double]] {
      let step = try step(ResNet(.tiny, zeroInitLastScale: false).trained(at: 0.5, "conv1"), optimizer)
      let program = try Program(step.graph, outputs: [step.loss], workers: Workers(count: 1))
      let start = try StageWeights(initializing: step.graph, seed: 1)
      for variable in program.variables { program.setVariable(variable.path, to: start[variable]) }
      program.setInput("images", to: numbers(2 * 32 * 32 * 3).map { Float($0) })
      program.setInput("labels", to: [0, 3] as [Int32])
      program.setInput("learningRate", to: [1] as [Float])
      program.run()
      return Dictionary(
        uniqueKeysWithValues: program.variables.filter(\.isTrained).map { variable in
          let after = program.variable(variable.path, as: Float.self)
          return (variable.path, zip(after, start[variable]).map { Double($0) - Double($1) })
        })
    }
    let plain = SGD(learningRate: 1, momentum: 0)
    let (all, graded) = (try moves(plain), try moves(plain.layerDecay(0.5)))
    let expected = [
      "conv1.weight": 0.03125, "layer1.0.conv1.weight": 0.0625, "layer4.0.conv2.weight": 0.5, "fc.bias": 1,
    ]
    for (path, factor) in expected {
      let (own, whole) = (graded[path] ?? [], all[path] ?? [])
      #expect(whole.contains { $0 != 0 })
      #expect(agree(own, whole.map { $0 * factor }, to: 1e-5), "\(path)")
    }
  }

  @Test func aNetworkWithoutBlocksIsAMistake() throws {
    let error = try #require(throws: GraphErrors.self) {
      _ = try step(GlobalAveragePool(), SGD(learningRate: 0.1).layerDecay(0.5))
    }
    #expect(
      error.diagnostics.map(\.description) == [
        """
        model: Learning rates cannot fall from block to block in a network without blocks.
          expected: layers whose isBlock is true, as those of BasicBlock and TransformerBlock, before a head
          found:    2 parameters, of 1 depth
        """
      ])
  }

  /// Views of another size, a target network and a frozen part make no more groups.
  @Test func groupsAreThoseOfTheNetwork() throws {
    let encoder = ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 4), stem: .small)
    let optimizer = SGD(learningRate: 0.1).layerDecay(0.5)
    let step = try TrainingStep(
      .init(
        networks: Networks(
          model: LayerSequence([encoder.frozen("layer1"), ProjectionHead(hidden: [8], output: 8)]),
          predictor: PredictionHead(hidden: [8], output: 8), target: TargetNetwork()),
        objective: ChunkedStepTests.ToTheMean(), form: BatchForm(samples: 4, views: 4), optimizer: optimizer,
        images: [ImageGroup(views: 2, image: [16, 16, 3]), ImageGroup(views: 2, image: [8, 8, 3])]))
    let found = try factors(step.graph, optimizer)
    #expect(found["conv1.weight"] == 0.125 && found["layer1.0.conv1.weight"] == 0.25)
    #expect(found["layer2.0.conv1.weight"] == 0.5 && found["projection.fc1.weight"] == 1)
    #expect(found["predictor.fc1.weight"] == 1)
  }
}
