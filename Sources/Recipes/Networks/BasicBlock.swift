/// The residual block of ResNet-18 and 34: two 3x3 convolutions and a shortcut.
public struct BasicBlock: Layer {
  let channels: Int
  let stride: Int
  let lastScale: Initializer

  /// Creates a block with `channels` output channels and the stride in its first convolution.
  ///
  /// - Parameters:
  ///   - channels: The number of output channels.
  ///   - stride: The stride of the first convolution.
  ///   - lastScale: The initializer of the last scale; `.zeros` makes the block start as the identity.
  public init(channels: Int, stride: Int = 1, lastScale: Initializer = .zeros) {
    self.channels = channels
    self.stride = stride
    self.lastScale = lastScale
  }

  public var isBlock: Bool { true }

  public var problems: [SettingProblem] {
    Check.count("channels", channels)
    Check.count("stride", stride)
    Check.initializer("lastScale", lastScale)
  }

  public var body: some Layer {
    Residual {
      Conv2D(channels, kernel: 3, stride: stride); BatchNorm(); ReLU()
      Conv2D(channels, kernel: 3); BatchNorm(scale: lastScale)
    } shortcut: {
      Conv2D(channels, kernel: 1, stride: stride); BatchNorm()
    }
    ReLU()
  }
}
