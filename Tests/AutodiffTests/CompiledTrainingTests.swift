import Recipes
import Testing
import TestSupport

/// Whole training steps, compiled against interpreted: outputs and every variable after a step or two.
@Suite struct CompiledTrainingTests {
  @Test(arguments: TrainingCase.networks + TrainingCase.losses + TrainingCase.optimizers)
  func agreesInDoublePrecision(_ row: TrainingCase) throws {
    try check(row, as: Double.self, steps: 2, tolerance: 1e-10)
  }

  /// Single precision, one step by itself: after it a ReLU's input that is all but 0 may fall on the other
  /// side, and what follows is another trajectory.
  @Test(arguments: TrainingCase.networks + TrainingCase.losses + TrainingCase.optimizers)
  func agreesInSinglePrecision(_ row: TrainingCase) throws {
    try check(row, as: Float.self, steps: 1, tolerance: 1e-3)
  }

  private func check<T: Real>(
    _ row: TrainingCase, as type: T.Type, steps: Int, tolerance: Double
  ) throws {
    let step = try row.step(T.element)
    let (inputs, variables) = try TrainingSteps.values(for: step, as: T.self, rate: 0.01)
    try expectAgreement(
      step.graph, outputs: [step.loss, step.output], inputs: inputs, variables: variables, steps: steps,
      tolerance: tolerance, options: row.isLarge ? [CompilerOptions()] : CompilerOptions.everyCombination)
  }

  /// The same bits whatever the number of threads.
  @Test(arguments: [
    ResNet(.tiny), ResNet(.custom(blocks: [1, 2], bottleneck: true, channels: 8), stem: .small),
  ])
  func threadsChangeNoBits(_ network: ResNet) throws {
    let step = try TrainingSteps.simCLR(network, size: 32, pairs: 8, optimizer: LARS(learningRate: 0.1))
    let (inputs, variables) = try TrainingSteps.values(for: step, as: Float.self)
    let runs = try [1, 2, 3, 5].map { count in
      let workers = Workers(count: count)
      defer { workers.stop() }
      let program = try Program(step.graph, outputs: [step.loss], workers: workers)
      program.set(inputs: inputs, variables: variables)
      return (0..<4).map { _ in
        program.run()
        return [program.value(of: step.loss, as: Float.self)]
          + program.variables.map { program.variable($0.path, as: Float.self) }
      }
    }
    for run in runs.dropFirst() { #expect(run == runs[0]) }
    let isFinite = runs[0].joined().joined().allSatisfy { $0.isFinite }
    #expect(isFinite)
  }
}

/// A training step.
struct TrainingCase: Sendable, CustomTestStringConvertible {
  let name: String
  let isLarge: Bool
  let step: @Sendable (ElementType) throws -> TrainingStep

  init(
    _ name: String, isLarge: Bool = false, _ step: @escaping @Sendable (ElementType) throws -> TrainingStep
  ) {
    self.name = name
    self.isLarge = isLarge
    self.step = step
  }

  var testDescription: String { name }

  static let networks: [TrainingCase] = [
    network("ResNet-18", [2, 2, 2, 2], bottleneck: false, channels: 4),
    network("ResNet-34", [3, 4, 6, 3], bottleneck: false, channels: 2),
    network("ResNet-50", [3, 4, 6, 3], bottleneck: true, channels: 2),
    network("ResNet-101", [3, 4, 23, 3], bottleneck: true, channels: 1),
    network("ResNet-152", [3, 8, 36, 3], bottleneck: true, channels: 1),
    small("basic blocks, small stem", [1, 1], bottleneck: false),
    small("basic blocks, twice as wide", [1, 1], bottleneck: false, width: 2),
    small("bottlenecks, small stem", [1, 1], bottleneck: true),
    small("bottlenecks, twice as wide", [1, 1], bottleneck: true, width: 2),
    small("basic blocks, ImageNet stem", [1, 2], bottleneck: false, stem: .imagenet),
    small("17 channels", [1, 1], bottleneck: false, channels: 17),
    small("16 channels", [1, 1], bottleneck: false, channels: 16),
    small("16 channels, bottlenecks", [1, 1], bottleneck: true, channels: 16),
    TrainingCase("the tiny network", isLarge: true) { precision in
      try TrainingSteps.simCLR(ResNet(.tiny), size: 40, precision: precision)
    },
  ]

  private static func network(
    _ name: String, _ blocks: [Int], bottleneck: Bool, channels: Int
  ) -> TrainingCase {
    TrainingCase(name, isLarge: true) { precision in
      try TrainingSteps.simCLR(
        ResNet(.custom(blocks: blocks, bottleneck: bottleneck, channels: channels), stem: .small), size: 16,
        precision: precision)
    }
  }

  private static func small(
    _ name: String, _ blocks: [Int], bottleneck: Bool, stem: ResNet.Stem = .small, channels: Int = 4,
    width: Int = 1
  ) -> TrainingCase {
    TrainingCase(name) { precision in
      let architecture = ResNet.Architecture.custom(
        blocks: blocks, bottleneck: bottleneck, channels: channels)
      return try TrainingSteps.simCLR(
        ResNet(architecture, stem: stem, width: width), size: stem == .small ? 8 : 24, precision: precision)
    }
  }

  private static let tiny = ResNet(.custom(blocks: [1], bottleneck: false, channels: 3), stem: .small)

  static let losses: [TrainingCase] = [
    contrastive("NT-Xent", NTXent(temperature: 0.1)),
    contrastive("soft targets", SoftTargets()),
    classifier("labels", smoothing: 0),
    classifier("smoothed labels", smoothing: 0.1),
  ]

  private static func contrastive(_ name: String, _ loss: any ContrastiveLoss) -> TrainingCase {
    TrainingCase(name) { precision in
      try TrainingSteps.simCLR(tiny, size: 7, pairs: 3, loss: loss, precision: precision)
    }
  }

  private static func classifier(_ name: String, smoothing: Double) -> TrainingCase {
    TrainingCase(name) { precision in
      try TrainingStep(
        classifier: LayerSequence([tiny, ClassificationHead(classes: 3)]), images: [5, 7, 7, 3],
        smoothing: smoothing, optimizer: SGD(learningRate: 0.1), precision: precision)
    }
  }

  static let optimizers: [TrainingCase] = [
    optimizer("SGD without momentum", SGD(learningRate: 0.1, momentum: 0)),
    optimizer("SGD with decay", SGD(learningRate: 0.1, weightDecay: 0.01)),
    optimizer("Nesterov", SGD(learningRate: 0.1, nesterov: true, weightDecay: 0.01)),
    optimizer("AdamW", AdamW(learningRate: 0.1)),
    optimizer("LARS", LARS(learningRate: 0.1, weightDecay: 0.01)),
  ]

  private static func optimizer(_ name: String, _ optimizer: any Optimizer) -> TrainingCase {
    TrainingCase(name) { precision in
      try TrainingSteps.simCLR(tiny, size: 7, pairs: 3, optimizer: optimizer, precision: precision)
    }
  }
}

/// A cross-entropy with given probabilities, as MixUp's.
private struct SoftTargets: ContrastiveLoss {
  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let targets = (0..<z.shape.count).map { Double($0 % 4 + 1) / 10 }
    return crossEntropy(z, targets: z.graph.constant(targets, z.shape))
  }
}
