/// The block of an `EfficientNet`, on `[N, H, W, C]` (Sandler et al. 2018): a depthwise convolution of more
/// channels than the block has inputs or outputs, with a squeeze-and-excitation; added to its input where
/// both have the same shape.
public struct InvertedBottleneck: Layer {
  let channels: Int
  let expansion: Int
  let kernel: Int
  let stride: Int

  /// Creates a block.
  ///
  /// - Parameters:
  ///   - channels: The number of output channels.
  ///   - expansion: The channels of the depthwise convolution for each input channel.
  ///   - kernel: The side of the depthwise kernels.
  ///   - stride: The stride of the depthwise convolution.
  public init(channels: Int, expansion: Int, kernel: Int, stride: Int = 1) {
    self.channels = channels
    self.expansion = expansion
    self.kernel = kernel
    self.stride = stride
  }

  public var isBlock: Bool { true }

  public var problems: [SettingProblem] {
    Check.count("channels", channels)
    Check.count("expansion", expansion, atMost: 1000)
    Check.count("kernel", kernel)
    Check.count("stride", stride)
  }

  public func apply(to x: Tensor) -> Tensor {
    let inputs = x.shape.channels
    let inner = inputs * expansion
    // Without expansion the first convolution is missing, and the others are numbered from there.
    let isExpanded = expansion > 1
    let convolutions = Sequential {
      if isExpanded {
        Conv2D(inner, kernel: 1).named("conv_pw"); BatchNorm().named("bn1"); SiLU()
      }
      Conv2D(inner, kernel: kernel, stride: stride, groups: inner).named("conv_dw")
      BatchNorm().named(isExpanded ? "bn2" : "bn1"); SiLU()
      SqueezeExcitation(reduced: max(1, inputs / 4)).named("se")
      Conv2D(channels, kernel: 1).named(isExpanded ? "conv_pwl" : "conv_pw")
      BatchNorm().named(isExpanded ? "bn3" : "bn2")
    }
    let y = convolutions.apply(to: x)
    return y.shape == x.shape ? x + y : y
  }
}
