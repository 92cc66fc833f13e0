/// A block of a vision transformer on tokens `[N, T, C]` (Dosovitskiy et al. 2021): attention and a
/// perceptron on each token, each after a normalization and added to its input.
public struct TransformerBlock: Layer {
  let heads: Int
  let ratio: Double
  let layerScale: Double?
  let dropPath: Double

  /// Creates a block.
  ///
  /// - Parameters:
  ///   - heads: The number of attention heads.
  ///   - ratio: The hidden units of the perceptron for each channel.
  ///   - layerScale: The first value of the scale of both parts; nil for none.
  ///   - dropPath: The probability with which training leaves out a part for an image.
  public init(heads: Int, ratio: Double = 4, layerScale: Double? = nil, dropPath: Double = 0) {
    self.heads = heads
    self.ratio = ratio
    self.layerScale = layerScale
    self.dropPath = dropPath
  }

  public var isBlock: Bool { true }

  public var problems: [SettingProblem] {
    Check.count("heads", heads)
    Check.number("ratio", ratio, above: 0, atMost: 1000)
    if let layerScale { Check.number("layerScale", layerScale) }
    Check.dropRate("dropPath", dropPath)
  }

  public func apply(to x: Tensor) -> Tensor {
    let attended = branch(x, "1", MultiHeadAttention(heads: heads).named("attn"))
    let hidden = Int((ratio * Double(x.shape.channels)).rounded())
    return branch(attended, "2", MLP(hidden: hidden).named("mlp"))
  }

  private func branch(_ x: Tensor, _ number: String, _ layer: some Layer) -> Tensor {
    let y = layer(LayerNorm().named("norm" + number)(x))
    let scaled = layerScale.map { LayerScale($0).named("ls" + number)(y) } ?? y
    return x + (dropPath == 0 ? scaled : DropPath(dropPath).named("drop_path" + number)(scaled))
  }
}
