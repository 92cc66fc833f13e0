import Recipes
import Testing

/// The layers of transformers and of convolutional networks against finite differences.
struct NetworkGradientTests {
  @Test func layers() throws {
    try gradientCheck(LayerNorm(), on: .uniform("x", [2, 3, 5])).verify()
    try gradientCheck(RMSNorm(), on: .uniform("x", [2, 3, 5])).verify()
    try gradientCheck(GroupNorm(2), on: .uniform("x", [2, 3, 2, 4])).verify()
    try gradientCheck(LayerScale(0.5), on: .uniform("x", [2, 3])).verify()
    try gradientCheck(MultiHeadAttention(heads: 2), on: .uniform("x", [2, 3, 4])).verify()
    try gradientCheck(PatchEmbedding(3, patch: 2), on: .uniform("x", [2, 4, 6, 3])).verify()
  }

  @Test func blocks() throws {
    try gradientCheck(TransformerBlock(heads: 2), on: .uniform("x", [2, 3, 4])).verify()
    try gradientCheck(TransformerBlock(heads: 2, layerScale: 0.3), on: .uniform("x", [2, 3, 4])).verify()
    try gradientCheck(
      TransformerBlock(heads: 2, perceptron: .swiGLU(ratio: 0.75)), on: .uniform("x", [2, 3, 4])
    ).verify()
  }

  /// A block that returns some tokens computes of them what it computes of all, and the same gradients.
  @Test(arguments: [nil, 0.3]) func someTokens(layerScale: Double?) throws {
    func results(returning returned: Int?) throws -> [[Double]] {
      let graph = GraphBuilder(precision: .float64)
      let tape = Tape(graph)
      let x = graph.input("x", [2, 5, 8])
      let block = TransformerBlock(heads: 2, layerScale: layerScale, returning: returned)
      let y = block.named("block").atRoot(x)
      #expect(y.shape == [2, returned ?? 5, 8])
      let first = y.sliced(0..<2, axis: 1)
      let gradients = tape.gradients(
        of: (first * first * first).sum(), for: [x] + graph.variables.map { graph.read($0) })
      let program = try Program(graph, outputs: [first] + gradients)
      for variable in graph.variables {
        let values = FormulaTensors.values(variable.path, variable.type.shape.count, -0.5, 0.5)
        program.setVariable(variable.path, to: values.map { Double($0) })
      }
      program.setInput("x", to: FormulaTensors.values("x", 80, -1, 1).map { Double($0) })
      program.run()
      return ([first] + gradients).map { program.value(of: $0, as: Double.self) }
    }
    let (some, all) = (try results(returning: 2), try results(returning: nil))
    #expect(some.count == all.count && some.count > 10)
    for (values, expected) in zip(some, all) {
      #expect(expected.contains { $0 != 0 })
      for (value, wanted) in zip(values, expected) { #expect(abs(value - wanted) < 1e-12) }
    }
    try gradientCheck(TransformerBlock(heads: 2, returning: 1), on: .uniform("x", [2, 3, 4])).verify()
  }

  @Test func convolutionalBlocks() throws {
    try gradientCheck(MLP(hidden: 3), on: .uniform("x", [2, 3, 4])).verify()
    try gradientCheck(SwiGLU(hidden: 3), on: .uniform("x", [2, 3, 4])).verify()
    try gradientCheck(SwiGLU(hidden: 1), on: .uniform("x", [5, 4])).verify()
    try gradientCheck(SiLU(), on: .uniform("x", [2, 3])).verify()
    try gradientCheck(SqueezeExcitation(reduced: 2), on: .uniform("x", [2, 3, 2, 4])).verify()
    try gradientCheck(ConvNeXtBlock(layerScale: 0.3), on: .uniform("x", [2, 3, 4, 5])).verify()
    try gradientCheck(
      InvertedBottleneck(channels: 3, expansion: 2, kernel: 3), on: .uniform("x", [2, 4, 3, 3])
    ).verify()
    try gradientCheck(
      InvertedBottleneck(channels: 4, expansion: 1, kernel: 3, stride: 2), on: .uniform("x", [2, 4, 3, 3])
    ).verify()
  }

  @Test(arguments: [0, 2]) func networks(registers: Int) throws {
    let network = VisionTransformer(
      .custom(channels: 4, depth: 1, heads: 2), patch: 2, imageSize: 4, registers: registers)
    try gradientCheck(network, on: .uniform("x", [2, 4, 6, 3])).verify()
  }
}
