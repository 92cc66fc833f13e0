import Recipes

/// Three trained tokens that attend to the light patches of images `[N, H, W, C]`, and these to each other:
/// features `[N, 24]`.
struct AttendingLatents: Layer {
  func apply(to x: Tensor) -> Tensor {
    let patches = PatchEmbedding(8, patch: 4).named("patch_embed")(x)
    guard patches.isKnown else { return patches }
    let (images, places) = (x.shape[0], patches.shape[1])
    let shades = averagePool2d(x, .square(4)).mean(axes: [3]).reshaped(to: [images, places])
    let isLight = shades .> shades.mean(axes: [1], keepingDimensions: true)
    let encoded = MultiHeadAttention(heads: 2).named("attn")(patches, mask: isLight)
    let latents = x.graph.variable("latents", [1, 3, 8], role: .weight, initializer: .normal(deviation: 1))
    let blocks = Sequential {
      Residual {
        LayerNorm(); CrossAttention(heads: 2)
      }
      Residual {
        LayerNorm(); SwiGLU(hidden: 6)
      }
    }.named("blocks")
    return blocks(latents.broadcast(to: [images, 3, 8]), context: encoded, contextMask: isLight).flattened
  }
}
