/// A block of a `ConvNeXt`, on `[N, H, W, C]`: a 7x7 depthwise convolution, a normalization and a perceptron
/// on each pixel, added to its input.
public struct ConvNeXtBlock: Layer {
  let layerScale: Double?
  /// Whether it belongs to the block that the downsampling before it begins, as timm has it.
  var followsDownsampling = false

  /// Creates a block.
  ///
  /// - Parameter layerScale: The first value of the factors, `gamma`, of what is added; nil for none.
  public init(layerScale: Double? = 1e-6) { self.layerScale = layerScale }

  init(layerScale: Double?, followsDownsampling: Bool) {
    self.layerScale = layerScale
    self.followsDownsampling = followsDownsampling
  }

  public var isBlock: Bool { !followsDownsampling }

  public var problems: [SettingProblem] { if let layerScale { Check.number("layerScale", layerScale) } }

  public func apply(to x: Tensor) -> Tensor {
    let channels = x.shape.channels
    let mixed = Conv2D(
      channels, kernel: 7, groups: channels, bias: true, initializer: ConvNeXt.initializer
    ).named("conv_dw")(x)
    let y = MLP(hidden: 4 * channels).named("mlp")(LayerNorm().named("norm")(mixed))
    return x + (layerScale.map { LayerScale($0).apply(to: y) } ?? y)
  }
}
