/// The residual block of ResNet-50 and deeper: a 3x3 convolution between two 1x1 convolutions, and a
/// shortcut.
public struct Bottleneck: Layer {
  /// The ratio of output channels to those of the 3x3 convolution.
  public static let expansion = 4

  let channels: Int
  let inner: Int
  let stride: Int
  let lastScale: Initializer

  /// Creates a block with `4 * channels` output channels. Its 3x3 convolution has the stride and `inner`
  /// channels, by default `channels`.
  ///
  /// - Parameters:
  ///   - channels: A quarter of the number of output channels.
  ///   - inner: The number of channels of the 3x3 convolution; `channels` if nil.
  ///   - stride: The stride of the 3x3 convolution.
  ///   - lastScale: The initializer of the last scale; `.zeros` makes the block start as the identity.
  public init(channels: Int, inner: Int? = nil, stride: Int = 1, lastScale: Initializer = .zeros) {
    self.channels = channels
    self.inner = inner ?? channels
    self.stride = stride
    self.lastScale = lastScale
  }

  public var isBlock: Bool { true }

  public var problems: [SettingProblem] {
    Check.count("channels", channels, atMost: Check.largestCount / Self.expansion)
      ?? Check.count("inner", inner)
    Check.count("stride", stride)
    Check.initializer("lastScale", lastScale)
  }

  public var body: some Layer {
    let outputs = channels * Self.expansion
    Residual {
      Conv2D(inner, kernel: 1); BatchNorm(); ReLU()
      Conv2D(inner, kernel: 3, stride: stride); BatchNorm(); ReLU()
      Conv2D(outputs, kernel: 1); BatchNorm(scale: lastScale)
    } shortcut: {
      Conv2D(outputs, kernel: 1, stride: stride); BatchNorm()
    }
    ReLU()
  }
}
