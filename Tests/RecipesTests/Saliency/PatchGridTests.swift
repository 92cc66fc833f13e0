import Autodiff
import Foundation
import Testing

@testable import Recipes

/// Heat maps of transformers.
struct PatchGridTests {
  private struct Maps {
    let cam: GradCAM
    let graph: GraphBuilder
  }

  private func maps(_ network: some Layer, size: (Int, Int), precision: ElementType = .float64) throws -> Maps
  {
    let graph = GraphBuilder(precision: precision, mode: .inference)
    let tape = Tape(graph)
    let images = graph.input("images", [2, size.0, size.1, 3])
    let logits = LayerSequence([network, ClassificationHead(classes: 4)]).atRoot(images)
    try graph.validate()
    let cam = try #require(
      GradCAM(of: logits, on: images, chosen: graph.input("chosen", [2, 4]), from: tape))
    return Maps(cam: cam, graph: graph)
  }

  private let architecture = VisionTransformer.Architecture.custom(channels: 24, depth: 2, heads: 3)

  /// The maps are those of PyTorch's gradients at the last normalization before attention, or of all.
  @Test(arguments: VisionTransformer.Pooling.allCases)
  func heatIsPyTorchs(pooling: VisionTransformer.Pooling) throws {
    let maps = try maps(
      VisionTransformer(architecture, patch: 8, imageSize: 32, pooling: pooling), size: (32, 32))
    let program = try Program(maps.graph, outputs: [maps.cam.heat])
    for variable in program.variables {
      let values = FormulaTensors.values(variable.path, variable.type.shape.count, -0.5, 0.5)
      program.setVariable(variable.path, to: TorchLayout(of: variable).fromTorch(values).map { Double($0) })
    }
    program.setInput(
      "images", to: FormulaTensors.values("images", 2 * 32 * 32 * 3, 0, 1).map { Double($0) })
    program.setInput("chosen", to: [0.0, 1, 0, 0, 1, 0, 0, 0])
    program.run()
    #expect(maps.cam.heat.shape == [2, 4, 4])
    let fixture = try TimmFixture.load()
    let expected = (pooling == .mean ? fixture.meanHeat : fixture.heat).flatMap { $0.joined() }
    let found = program.value(of: maps.cam.heat, as: Double.self)
    #expect(found.count == expected.count && expected.contains { $0 > 0 })
    for (value, wanted) in zip(found, expected) { #expect(abs(value - wanted) < 1e-12) }
  }

  /// Registers and the class token have no place, and the cells are the patches.
  @Test(arguments: [0, 3], VisionTransformer.Pooling.allCases)
  func cellsArePatches(registers: Int, pooling: VisionTransformer.Pooling) throws {
    let network = VisionTransformer(
      architecture, patch: 8, imageSize: 32, registers: registers, pooling: pooling)
    let cam = try maps(network, size: (16, 40)).cam
    #expect(cam.heat.shape == [2, 2, 5])
    #expect(cam.centers?.height == CellCenters.Axis(start: 3.5, jump: 8))
    #expect(cam.centers?.width == CellCenters.Axis(start: 3.5, jump: 8))
  }

  /// With one block its attention is the last, and each token is still that of a patch's pixels.
  @Test func everyPatchHasItsPlace() throws {
    let network = VisionTransformer(
      .custom(channels: 24, depth: 1, heads: 3), patch: 8, imageSize: 32)
    let maps = try maps(network, size: (32, 32), precision: .float32)
    let program = try Program(maps.graph, outputs: [maps.cam.featureMap])
    for variable in program.variables {
      program.setVariable(variable.path, to: try variable.initialValues(seed: 5, as: Float.self))
    }
    // Two images that differ in the patch of row 2 and column 1 alone.
    var images = [Float](repeating: 0.5, count: 2 * 32 * 32 * 3)
    for y in 16..<24 {
      for x in 8..<16 { images[((32 + y) * 32 + x) * 3] = Float((x * 7 + y * 3) % 5) }
    }
    program.setInput("images", to: images)
    program.run()
    let features = program.value(of: maps.cam.featureMap, as: Float.self)
    #expect(features.count == 2 * 16 * 24)
    for cell in 0..<16 {
      let first = features[cell * 24..<(cell + 1) * 24]
      let second = features[(cell + 16) * 24..<(cell + 17) * 24]
      let isEqual = first.elementsEqual(second)
      #expect(isEqual == (cell != 9), "\(cell)")
    }
  }

  /// Tokens of which only the network knows what they are have no map.
  @Test func unknownTokensHaveNoMap() throws {
    let graph = GraphBuilder(mode: .inference)
    let tape = Tape(graph)
    let images = graph.input("images", [2, 16, 16, 3])
    let tokens = PatchEmbedding(12, patch: 8)(images)
    let attended = MultiHeadAttention(heads: 3)(tokens)
    let logits = Linear(4)(attended.mean(axes: [1]))
    let cam = GradCAM(of: logits, on: images, chosen: graph.input("chosen", [2, 4]), from: tape)
    let heat = cam?.heat.id
    #expect(heat == nil)
    graph.annotate(PatchGrid(leading: 1, rows: 2, columns: 2))
    #expect(PatchGrid(of: graph)?.attended(before: logits, on: images) == nil)
    let own = PatchGrid(leading: 0, rows: 2, columns: 2)
    #expect(own.attended(before: logits, on: images)?.id == tokens.id)
  }
}
