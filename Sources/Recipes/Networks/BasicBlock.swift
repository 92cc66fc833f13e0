/// The block of ResNet-18 and 34: two 3x3 convolutions around a shortcut.
public struct BasicBlock: Layer {
  let channels: Int
  let stride: Int
  let lastScale: Initializer

  /// A block with as many channels out, whose first convolution has the stride.
  public init(channels: Int, stride: Int = 1, lastScale: Initializer = .zeros) {
    self.channels = channels
    self.stride = stride
    self.lastScale = lastScale
  }

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
