/// A block of a vision transformer on tokens `[N, T, C]` (Dosovitskiy et al. 2021): attention and a
/// perceptron on each token, each after a normalization and added to its input.
public struct TransformerBlock: Layer {
  /// The perceptron on each token.
  public enum Perceptron: Hashable, Sendable {
    /// An ``MLP`` with so many hidden units for each channel.
    case mlp(ratio: Double)
    /// A ``SwiGLU`` with so many hidden units for each channel; with 8 / 3 it has as many parameters as an
    /// ``MLP`` with 4.
    case swiGLU(ratio: Double)

    /// The hidden units for each channel.
    var ratio: Double {
      switch self {
      case .mlp(let ratio), .swiGLU(let ratio): ratio
      }
    }
  }

  let heads: Int
  let perceptron: Perceptron
  let layerScale: Double?
  let dropPath: Double
  let returned: Int?

  /// Creates a block.
  ///
  /// - Parameters:
  ///   - heads: The number of attention heads.
  ///   - perceptron: The perceptron on each token.
  ///   - layerScale: The first value of the scale of both parts; nil for none.
  ///   - dropPath: The probability with which training leaves out a part for an image.
  ///   - returned: The number of tokens, the first ones, that it returns, `[N, returned, C]`; all if nil. A
  ///     last block of whose tokens one is read computes no perceptron for the others.
  public init(
    heads: Int, perceptron: Perceptron = .mlp(ratio: 4), layerScale: Double? = nil, dropPath: Double = 0,
    returning returned: Int? = nil
  ) {
    self.heads = heads
    self.perceptron = perceptron
    self.layerScale = layerScale
    self.dropPath = dropPath
    self.returned = returned
  }

  public var isBlock: Bool { true }

  public var problems: [SettingProblem] {
    Check.count("heads", heads)
    perceptron.problem
    if let layerScale { Check.number("layerScale", layerScale) }
    Check.dropRate("dropPath", dropPath)
    if let returned { Check.count("returned", returned) }
  }

  public func apply(to x: Tensor) -> Tensor {
    let attended = branch(x, "1", MultiHeadAttention(heads: heads, returning: returned).named("attn"))
    let hidden = Int((perceptron.ratio * Double(x.shape.channels)).rounded())
    return switch perceptron {
    case .mlp: branch(attended, "2", MLP(hidden: hidden).named("mlp"))
    case .swiGLU: branch(attended, "2", SwiGLU(hidden: hidden).named("mlp"))
    }
  }

  private func branch(_ x: Tensor, _ number: String, _ layer: some Layer) -> Tensor {
    let y = layer(LayerNorm().named("norm" + number)(x))
    let scaled = layerScale.map { LayerScale($0).named("ls" + number)(y) } ?? y
    let change = dropPath == 0 ? scaled : DropPath(dropPath).named("drop_path" + number)(scaled)
    guard let returned, change.isKnown, returned < x.shape[1] else { return x + change }
    return x.sliced(0..<returned, axis: 1) + change
  }
}

extension TransformerBlock.Perceptron {
  /// The problem with the ratio; nil without one.
  var problem: SettingProblem? { Check.number("ratio", ratio, above: 0, atMost: 1000) }

  /// The perceptron of the first block in a weight file; nil if it has none of either kind.
  init?(of outline: WeightOutline) {
    guard let first = outline.shape(of: "blocks.0.mlp.fc1.weight"), first.count == 2, first[1] > 0,
      let second = outline.shape(of: "blocks.0.mlp.fc2.weight"), second.count == 2, second[1] > 0
    else { return nil }
    let ratio = Double(second[1]) / Double(first[1])
    switch first[0] {
    case second[1]: self = .mlp(ratio: ratio)
    case _ where first[0] % 2 == 0 && first[0] / 2 == second[1]: self = .swiGLU(ratio: ratio)
    default: return nil
    }
  }
}
