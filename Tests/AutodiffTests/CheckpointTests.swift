import Recipes
import Testing
import TestSupport

@testable import Autodiff

@Suite struct CheckpointTests {
  /// Computed node by node, the loss, the new parameters and the running statistics are the same bits as
  /// without.
  @Test(arguments: CheckpointCase.all)
  func changesNoBitOfAStep(_ row: CheckpointCase) throws {
    let (with, without) = (try row.step(.with), try row.step(.without))
    let (inputs, variables) = try TrainingSteps.values(for: without, as: Double.self)
    #expect(with.graph.variables.map(\.path) == without.graph.variables.map(\.path))
    #expect(!with.graph.checkpoints.isEmpty && without.graph.checkpoints.isEmpty)
    let (a, b) = (
      Interpreter<Double>(try with.graph.build(), inputs: inputs, variables: variables),
      Interpreter<Double>(try without.graph.build(), inputs: inputs, variables: variables)
    )
    #expect(hasSameBits(a[with.loss], b[without.loss]))
    #expect(with.graph.updates.map(\.variable.path) == without.graph.updates.map(\.variable.path))
    #expect(with.graph.updates.contains { $0.variable.role == .statistic })
    for (x, y) in zip(with.graph.updates, without.graph.updates) {
      let isSame = hasSameBits(a.values[x.value].reals, b.values[y.value].reals)
      #expect(isSame, "\(x.variable.path)")
    }
  }

  @Test(arguments: CheckpointCase.all)
  func compiledAgrees(_ row: CheckpointCase) throws {
    let step = try row.step(.with)
    let (inputs, variables) = try TrainingSteps.values(for: step, as: Double.self, rate: 0.01)
    try expectAgreement(
      step.graph, outputs: [step.loss, step.output], inputs: inputs, variables: variables, steps: 2,
      tolerance: 1e-10)
  }

  /// Every convolution inside is computed once more, and without any other pass too no more than that.
  @Test(arguments: [
    CompilerOptions(),
    CompilerOptions(disabled: CompilerOptions.noPass.disabled.subtracting([.rematerialization])),
  ])
  func computesEachValueOnceMore(_ options: CompilerOptions) throws {
    func forward(_ network: ResNet) throws -> Int {
      let step = try TrainingSteps.simCLR(network)
      let calls = Compilation(try step.graph.build(outputs: [step.loss]), options: options).calls.map(\.call)
      return calls.count { $0.plan.summary.hasPrefix("convolution") }
    }
    let blocks = ResNet.Architecture.custom(blocks: [2, 1], bottleneck: false, channels: 4)
    #expect(try forward(ResNet(blocks)) == 8)
    // The stem's, two in each block and one in a shortcut.
    #expect(try forward(ResNet(blocks, checkpointed: true)) == 16)
  }

  /// 24 blocks of two 3x3 convolutions, each block on [16, 16, 16, 32], half a megabyte of Float32.
  @Test func aDeepNetworkTakesAboutHalf() throws {
    func bytes(_ mode: CheckpointCase.Mode) throws -> Int {
      let layers = LayerSequence(
        (0..<24).map { _ in mode.layer(BasicBlock(channels: 32)) } + [GlobalAveragePool()])
      let step = try TrainingStep(
        classifier: layers, images: [16, 16, 16, 32], optimizer: SGD(learningRate: 0.1))
      return Compilation(try step.graph.build(outputs: [step.loss]), options: CompilerOptions()).plan
        .byteCount
    }
    let (without, with) = try (bytes(.without), bytes(.with))
    #expect(with < 18 << 20)
    #expect(Double(without) > 1.9 * Double(with))
  }

  /// Checkpoints of blocks inside checkpoints of stages keep less than either alone.
  @Test func nestedOnesKeepLess() throws {
    func bytes(groups: CheckpointCase.Mode, blocks: CheckpointCase.Mode) throws -> Int {
      let layers = (0..<6).map { _ in
        groups.layer(LayerSequence((0..<6).map { _ in blocks.layer(BasicBlock(channels: 16)) }))
      }
      let step = try TrainingStep(
        classifier: LayerSequence(layers + [GlobalAveragePool()]), images: [32, 16, 16, 16],
        optimizer: SGD(learningRate: 0.1))
      return Compilation(try step.graph.build(outputs: [step.loss]), options: CompilerOptions()).plan
        .byteCount
    }
    let both = try bytes(groups: .with, blocks: .with)
    #expect(try both < bytes(groups: .with, blocks: .without))
    #expect(try both < bytes(groups: .without, blocks: .with))
  }

  /// A second tape goes through the values that the first computed again.
  @Test func isDifferentiatedTwice() throws {
    func second(_ mode: CheckpointCase.Mode) throws -> [Double] {
      let graph = GraphBuilder(precision: .float64)
      let x = graph.input("x", [4, 3])
      let tape = Tape(graph)
      let layers = mode.layer(
        LayerSequence([Linear(5), GELU(), mode.layer(LayerSequence([Linear(2), GELU()]))]))
      let y = layers.atRoot(x)
      let first = tape.gradients(of: (y * y).sum(), for: [x])[0]
      let result = tape.gradients(of: (first * first).sum(), for: [x])[0]
      try graph.verify()
      var variables: [String: Value<Double>] = [:]
      for variable in graph.variables {
        variables[variable.path] = .real(try variable.initialValues(seed: 1), variable.type.shape)
      }
      let inputs = ["x": Value<Double>.real((0..<12).map { Double($0) / 7 - 1 }, [4, 3])]
      try expectAgreement(graph, outputs: [result], inputs: inputs, variables: variables, tolerance: 1e-12)
      return Interpreter<Double>(try graph.build(), inputs: inputs, variables: variables)[result]
    }
    #expect(try largestError(second(.with), second(.without)) < 1e-12)
  }

  /// Values that come from elsewhere than the layer before: a constant, a label, a value used inside and
  /// outside.
  @Test func readsWhatComesFromOutside() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [3, 4])
    let labels = graph.input("labels", [3], .int32)
    let w = graph.variable("w", [4], role: .weight, initializer: .ones)
    let tape = Tape(graph)
    let outside = tanh(x * w)
    let inside = graph.checkpointed {
      let target = oneHot(labels, classes: 4)
      return exp(outside * x) * (target + graph.constant(2)) + tanh(outside * w)
    }
    let loss = (inside * outside).sum()
    let gradients = tape.gradients(of: loss, for: [w, x])
    try expectAgreement(
      graph, outputs: [loss] + gradients,
      inputs: [
        "x": .real((0..<12).map { Double($0) / 10 - 0.5 }, [3, 4]), "labels": .index([0, 3, 1], [3]),
      ],
      variables: ["w": .real([0.5, 1, -1, 2], [4])], tolerance: 1e-12)
    let rematerialized = try graph.build(outputs: [loss] + gradients).rematerialized()
    #expect(rematerialized.nodes.count { $0.operation is OptimizationBarrier } == 2)
  }

  /// Nothing inside, or nothing that needs a gradient, is nothing to compute again.
  @Test func anEmptyOneIsNothing() {
    let graph = GraphBuilder()
    let x = graph.input("x", [2])
    let y = Checkpoint {}(x)
    #expect(y.id == x.id && graph.checkpoints.isEmpty)
    let tape = Tape(graph)
    let z = graph.checkpointed { exp(x) }
    #expect(tape.gradients(of: z.sum(), for: [x]).count == 1)
    #expect(graph.checkpoints == [1..<2])
  }
}

/// A training step with checkpoints, and the same without.
struct CheckpointCase: Sendable, CustomTestStringConvertible {
  enum Mode: Sendable {
    case with, without

    func layer(_ layer: some Layer) -> any Layer { self == .with ? Checkpoint { layer } : layer }
  }

  let name: String
  let model: @Sendable (Mode) -> LayerSequence

  var testDescription: String { name }

  func step(_ mode: Mode) throws -> TrainingStep {
    try TrainingStep(
      LayerSequence(model(mode).layers + [ProjectionHead(hidden: [8], output: 6)]), image: [12, 12, 3],
      pairs: Pairs(3), loss: NTXent(temperature: 0.5), optimizer: LARS(learningRate: 0.1), precision: .float64
    )
  }

  static let all = [
    CheckpointCase(name: "every block of a ResNet") { mode in
      let blocks = ResNet.Architecture.custom(blocks: [2, 1], bottleneck: false, channels: 4)
      return LayerSequence([ResNet(blocks, checkpointed: mode == .with)])
    },
    CheckpointCase(name: "every block of a ResNet of bottlenecks") { mode in
      let blocks = ResNet.Architecture.custom(blocks: [1, 2], bottleneck: true, channels: 2)
      return LayerSequence([ResNet(blocks, stem: .small, checkpointed: mode == .with)])
    },
    CheckpointCase(name: "a whole network") { mode in
      LayerSequence([mode.layer(ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 4)))])
    },
    CheckpointCase(name: "one layer in the middle") { mode in
      LayerSequence([
        Conv2D(4, kernel: 3), mode.layer(BatchNorm()), ReLU(), Conv2D(4, kernel: 3), BatchNorm(),
        GlobalAveragePool(),
      ])
    },
    CheckpointCase(name: "checkpoints in checkpoints") { mode in
      func group(_ channels: Int) -> any Layer {
        let blocks = [BasicBlock(channels: channels, stride: 2), BasicBlock(channels: channels)]
        let inner = blocks.map { mode.layer($0) }
        return mode.layer(LayerSequence([ReLU()] + inner + [mode.layer(mode.layer(ReLU()))]))
      }
      return LayerSequence([Conv2D(4, kernel: 3), group(4), group(6), GlobalAveragePool()])
    },
  ]
}
