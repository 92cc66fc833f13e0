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
