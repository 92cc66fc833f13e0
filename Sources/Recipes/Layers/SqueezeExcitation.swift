/// A squeeze-and-excitation (Hu et al. 2018): channels of `[N, H, W, C]` times factors from 0 to 1, which two
/// layers, `conv_reduce` and `conv_expand`, compute from the channels' means.
public struct SqueezeExcitation: Layer {
  let reduced: Int

  /// Creates a squeeze-and-excitation.
  ///
  /// - Parameter reduced: The number of units between the two layers.
  public init(reduced: Int) { self.reduced = reduced }

  public var kind: String { "se" }

  public var problems: [SettingProblem] { Check.count("reduced", reduced) }

  public func apply(to x: Tensor) -> Tensor {
    let means = x.mean(axes: [1, 2], keepingDimensions: true)
    let inner = silu(Conv2D(reduced, kernel: 1, bias: true).named("conv_reduce")(means))
    return x * sigmoid(Conv2D(x.shape.channels, kernel: 1, bias: true).named("conv_expand")(inner))
  }
}
