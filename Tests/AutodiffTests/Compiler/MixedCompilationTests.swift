import Recipes
import TestSupport
import Testing

@testable import Autodiff
@testable import Ops

/// What a program of mixed precision computes in bfloat16, and what not.
@Suite struct MixedCompilationTests {
  private static let mixed = CompilerOptions(precision: .mixed)

  /// The products of a step that are no layer's, as their operands and results.
  private func products(of step: TrainingStep) throws -> (ofLayers: [String], others: [String]) {
    let graph = try step.graph.build(outputs: [step.loss, step.output]).compiled(
      by: GraphPass.all, options: MixedCompilationTests.mixed)
    let classes = Classification(graph)
    let layers = LayerProducts(classes)
    let all = graph.nodes.indices.filter { id in
      classes.product(id) != nil || graph.nodes[id].operation.definition is ConvolutionWeightGradient
    }
    func name(_ id: NodeID) -> String {
      let node = graph.nodes[id]
      let shapes = node.operands.map { "\(graph.nodes[$0].type.shape)" }
      return "\(node.operation.name) \(shapes.joined(separator: " "))"
    }
    return (all.filter(layers.nodes.contains).map(name), all.filter { !layers.nodes.contains($0) }.map(name))
  }

  private static let encoder = ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 4), stem: .small)

  @Test func similaritiesOfSimCLRAreNoLayers() throws {
    let step = try TrainingSteps.simCLR(MixedCompilationTests.encoder)
    let (layers, others) = try products(of: step)
    print("LP simclr", layers.count, others, layers.filter { $0.hasPrefix("MatMul") })
  }

  @Test func aQueueIsNoLayer() throws {
    let step = try TrainingStep(
      LayerSequence([MixedCompilationTests.encoder, ProjectionHead(hidden: [8], output: 6)]),
      image: [16, 16, 3],
      pairs: Pairs(4), loss: InfoNCE(queue: 20), target: TargetNetwork(), optimizer: SGD(learningRate: 0.1))
    let (layers, others) = try products(of: step)
    print("LP moco", layers.count, others, layers.filter { $0.hasPrefix("MatMul") })
  }

  @Test func prototypesOfDINOAreLayers() throws {
    let model = LayerSequence([
      VisionTransformer(.custom(channels: 8, depth: 1, heads: 2), patch: 4, imageSize: 16),
      DINOHead(hidden: [10], bottleneck: 6, prototypes: 12),
    ])
    let step = try TrainingStep(
      model, image: [16, 16, 3], batch: BatchForm(samples: 3, views: 2), objective: DINOLoss(),
      target: TargetNetwork(), optimizer: SGD(learningRate: 0.1))
    let (layers, others) = try products(of: step)
    print("LP dino", layers.count, others, layers.filter { $0.hasPrefix("MatMul") })
  }

  /// A step whose tensors are large enough.
  private func step(_ precision: ElementType = .float32) throws -> TrainingStep {
    try TrainingSteps.simCLR(
      ResNet(.custom(blocks: [1], bottleneck: false, channels: 16), stem: .small), pairs: 4,
      precision: precision)
  }

  private func compiled(_ step: TrainingStep, _ options: CompilerOptions) throws -> Compilation {
    Compilation(try step.graph.build(outputs: [step.loss, step.output]), options: options)
  }

  @Test func outputsAndVariablesStayAsTheyAre() throws {
    let step = try step()
    let compiled = try compiled(step, MixedCompilationTests.mixed)
    let rounded = compiled.schedule.buffers.indices.filter {
      compiled.schedule.buffers[$0]?.storage == .bfloat16
    }
    #expect(rounded.count > 8, "\(rounded.count)")
    #expect(rounded.allSatisfy { (compiled.schedule.buffers[$0]?.count ?? 0) >= 16_384 })
    let kept = compiled.outputs + (Array(compiled.inputs.values) + compiled.variables.values).map(\.place)
    #expect(kept.allSatisfy { $0.storage == .float32 && !rounded.contains($0.buffer) })
    // The memory is half for them.
    let single = try self.compiled(step, CompilerOptions())
    #expect(compiled.plan.byteCount < single.plan.byteCount * 7 / 10)
  }

  @Test func theSwitchLeavesTheProgramOfSinglePrecision() throws {
    let step = try step()
    var options = CompilerOptions.reading(["LOUPE_DISABLE": "bf16"])
    options.precision = .mixed
    try expectSameProgram(step, options, CompilerOptions())
    let mixed = try compiled(step, MixedCompilationTests.mixed).calls.map { "\($0.call.plan)" }
    #expect(try mixed != compiled(step, options).calls.map { "\($0.call.plan)" })
  }

  @Test func doublePrecisionStaysAsItIs() throws {
    try expectSameProgram(step(.float64), MixedCompilationTests.mixed, CompilerOptions())
  }

  private func expectSameProgram(_ step: TrainingStep, _ a: CompilerOptions, _ b: CompilerOptions) throws {
    let (first, second) = (try compiled(step, a), try compiled(step, b))
    #expect(first.calls.map { "\($0.call.plan)" } == second.calls.map { "\($0.call.plan)" })
    #expect(first.schedule.buffers == second.schedule.buffers)
    #expect(first.plan.offsets == second.plan.offsets && first.plan.byteCount == second.plan.byteCount)
  }
}
