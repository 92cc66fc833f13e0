import Recipes
import Testing

/// The layers of transformers against finite differences.
struct TransformerGradientTests {
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
  }

  @Test(arguments: [0, 2]) func networks(registers: Int) throws {
    let network = VisionTransformer(
      .custom(channels: 4, depth: 1, heads: 2), patch: 2, imageSize: 4, registers: registers)
    try gradientCheck(network, on: .uniform("x", [2, 4, 6, 3])).verify()
  }
}
