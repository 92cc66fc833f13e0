import Autodiff
import OperationCases
import Recipes
import TestSupport
import Testing

/// Calls write their results and their scratch memory, and nothing behind them.
@Suite struct MemoryBoundsTests {
  @Test(arguments: OperationCase.all, [ElementType.float32, .float64])
  func operationsStayInTheirMemory(_ row: OperationCase, _ element: ElementType) throws {
    let applied = row.applied(element)
    try expectBounds(applied.graph, [applied.result] + applied.gradients)
  }

  @Test(
    arguments: MixedProductTests.direct + MixedProductTests.other + MixedProductTests.large
      + MixedProductTests.byWinograd4)
  func productsOfMixedPrecisionStayInTheirMemory(_ row: MixedChain) throws {
    let graph = GraphBuilder(precision: .float32)
    try expectBounds(graph, row.build(graph), options: row.options)
  }

  static let networks: [(name: String, network: any Layer)] = [
    ("ResNet", ResNet(.custom(blocks: [1, 1], bottleneck: true, channels: 16), stem: .small)),
    ("ConvNeXt", ConvNeXt(.custom(blocks: [1, 1], channels: [32, 64]), layerScale: 0.5)),
    ("ViT", VisionTransformer(.custom(channels: 64, depth: 1, heads: 4), patch: 4, imageSize: 24)),
  ]

  /// Steps of training, with their optimizer.
  @Test(arguments: networks.indices, [Precision.single, .mixed])
  func stepsStayInTheirMemory(_ network: Int, _ precision: Precision) throws {
    let step = try TrainingStep(
      classifier: LayerSequence([Self.networks[network].network, ClassificationHead(classes: 3)]),
      images: [2, 24, 24, 3], optimizer: AdamW(learningRate: 0.1))
    let plan = try ProgramPlan(
      step.graph, outputs: [step.loss], workers: .pair, options: CompilerOptions(precision: precision))
    #expect(try GuardedProgram(plan).trespassers() == [], "\(Self.networks[network].name)")
  }

  /// Attention that had a kilobyte of scratch memory less would be found.
  @Test func aTrespasserIsFound() throws {
    let graph = GraphBuilder()
    let parts = ["q", "k", "v"].map { graph.input($0, [2, 70, 64]) }
    let y = attention(parts[0], parts[1], parts[2], heads: 2)
    let program = try GuardedProgram(ProgramPlan(graph, outputs: [y], workers: .pair))
    #expect(program.trespassers() == [])
    #expect(program.trespassers(missing: 1024).count == 1)
  }

  private func expectBounds(
    _ graph: GraphBuilder, _ outputs: [Tensor], options: CompilerOptions = CompilerOptions()
  ) throws {
    let plan = try ProgramPlan(
      graph, outputs: outputs, updatingVariables: false, workers: .pair, options: options)
    #expect(try GuardedProgram(plan).trespassers() == [])
  }
}
