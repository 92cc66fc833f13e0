@testable import Recipes

/// An encoder of few patches and channels, with a class token, blocks of attention and a normalization at its
/// end (Dosovitskiy et al. 2021): `[N, H, W, C]` to features `[N, width]`.
struct SmallTransformer: Layer {
  var width = 8
  var heads = 2
  var depth = 2
  var patch = 4
  /// What the block's first linear layer is applied with: an operation whose gradient may be wrong.
  @Incidental var tampered: @Sendable (Tensor) -> Tensor = { $0 }

  func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    let patches = Conv2D(width, kernel: patch, stride: patch, padding: 0, bias: true).named("patch_embed")(x)
    guard patches.isKnown else { return patches }
    let (images, tokens) = (x.shape[0], patches.shape[1] * patches.shape[2] + 1)
    let first = graph.variable(
      "cls_token", [1, 1, width], role: .weight, initializer: .normal(deviation: 0.02))
    let places = graph.variable(
      "pos_embed", [1, tokens, width], role: .weight, initializer: .normal(deviation: 0.02))
    var rows = concatenate(
      [
        first.broadcast(to: [images, 1, width]), patches.reshaped(to: [images, tokens - 1, width]),
      ], axis: 1)
    rows = (rows + places).reshaped(to: [images * tokens, width])
    for block in 0..<depth {
      graph.scoped("blocks.\(block)") {
        rows = rows + attention(LayerNorm().named("norm1")(rows), images)
        let hidden = gelu(Linear(4 * width).named("fc1")(LayerNorm().named("norm2")(rows)))
        rows = rows + Linear(width).named("fc2")(tampered(hidden))
      }
    }
    let all = LayerNorm().named("norm")(rows).reshaped(to: [images, tokens, width])
    return all.sliced(0..<1, axis: 1).reshaped(to: [images, width])
  }

  private func attention(_ x: Tensor, _ images: Int) -> Tensor {
    let (tokens, part) = (x.shape[0] / images, width / heads)
    func split(_ name: String) -> Tensor {
      Linear(width).named(name)(x).reshaped(to: [images, tokens, heads, part]).transposed(0, 2, 1, 3)
    }
    let (queries, keys, values) = (split("q"), split("k"), split("v"))
    let shares = softmax(matmul(queries, keys, transposeB: true) / Double(part).squareRoot())
    let mixed = matmul(shares, values).transposed(0, 2, 1, 3).reshaped(to: [images * tokens, width])
    return Linear(width).named("proj")(mixed)
  }
}

/// Normalization of each row by its own mean and variance.
private struct LayerNorm: Layer {
  @Incidental private(set) var location: SourceLocation? = SourceLocation(file: #fileID, line: #line)

  func apply(to x: Tensor) -> Tensor {
    let channels: Shape = [x.shape.channels]
    let weight = x.graph.variable("weight", channels, role: .normalization, initializer: .ones)
    let bias = x.graph.variable("bias", channels, role: .normalization, initializer: .zeros)
    let centered = x - x.mean(axes: [-1], keepingDimensions: true)
    let variance = (centered * centered).mean(axes: [-1], keepingDimensions: true)
    return centered * rsqrt(variance + 1e-6) * weight + bias
  }
}
