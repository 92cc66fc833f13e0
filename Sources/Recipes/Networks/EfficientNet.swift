/// A convolutional network of few operations (Tan and Le 2019): images `[N, H, W, C]` to pooled features
/// `[N, features]`.
///
///     EfficientNet(.b0)
///
/// Its parameters have timm's names, so weights can be exchanged in both directions. Convolutions are padded
/// alike on all sides, as in timm's `efficientnet_b0`, not as in TensorFlow and timm's `tf_efficientnet_b0`.
public struct EfficientNet: ImageEncoder {
  /// The scale of a network.
  public struct Architecture: Hashable, Sendable {
    /// The factors on the channels and on the blocks of the smallest network.
    public let width: Double, depth: Double

    /// Returns a custom architecture.
    ///
    /// - Parameters:
    ///   - width: The factor on the channels, which are rounded to multiples of 8.
    ///   - depth: The factor on the blocks of each stage, rounded up.
    public static func custom(width: Double, depth: Double) -> Architecture {
      Architecture(width: width, depth: depth)
    }

    /// 4.0 million parameters without a head, for 224 pixels.
    public static let b0 = custom(width: 1, depth: 1)
    /// 6.5 million parameters, for 240 pixels.
    public static let b1 = custom(width: 1, depth: 1.1)
    /// 7.7 million parameters, for 260 pixels.
    public static let b2 = custom(width: 1.1, depth: 1.2)
    /// 10.7 million parameters, for 300 pixels.
    public static let b3 = custom(width: 1.2, depth: 1.4)
    /// 17.5 million parameters, for 380 pixels.
    public static let b4 = custom(width: 1.4, depth: 1.8)

    // The channels of the smallest network, scaled to a multiple of 8 that is not much smaller.
    func scaled(channels: Int) -> Int {
      let scaled = Double(channels) * width
      let rounded = max(8, Int(scaled + 4) / 8 * 8)
      return Double(rounded) < 0.9 * scaled ? rounded + 8 : rounded
    }

    func scaled(blocks: Int) -> Int { Int((Double(blocks) * depth).rounded(.up)) }
  }

  private struct Stage {
    let expansion: Int, kernel: Int, stride: Int, channels: Int, blocks: Int
  }

  private static let stages = [
    Stage(expansion: 1, kernel: 3, stride: 1, channels: 16, blocks: 1),
    Stage(expansion: 6, kernel: 3, stride: 2, channels: 24, blocks: 2),
    Stage(expansion: 6, kernel: 5, stride: 2, channels: 40, blocks: 2),
    Stage(expansion: 6, kernel: 3, stride: 2, channels: 80, blocks: 3),
    Stage(expansion: 6, kernel: 5, stride: 1, channels: 112, blocks: 3),
    Stage(expansion: 6, kernel: 5, stride: 2, channels: 192, blocks: 4),
    Stage(expansion: 6, kernel: 3, stride: 1, channels: 320, blocks: 1),
  ]

  /// The scale.
  public let architecture: Architecture
  @Incidental private var file: StaticString
  @Incidental private var line: Int

  /// Creates a network of the given scale.
  ///
  /// - Parameters:
  ///   - architecture: The scale.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(_ architecture: Architecture, file: StaticString = #fileID, line: Int = #line) {
    self.architecture = architecture
    self.file = file
    self.line = line
  }

  /// The number of features.
  public var features: Int { problems.isEmpty ? architecture.scaled(channels: 1280) : 0 }

  public var timm: TimmModel? {
    let name: String? =
      switch architecture {
      case .b0: "efficientnet_b0"
      case .b1: "efficientnet_b1"
      case .b2: "efficientnet_b2"
      case .b3: "efficientnet_b3"
      case .b4: "efficientnet_b4"
      default: nil
      }
    return name.map { TimmModel($0, classifier: "classifier", firstLayer: "conv_stem") }
  }

  public var isTransparent: Bool { true }

  public var location: SourceLocation? { SourceLocation(file: file, line: line) }

  public var problems: [SettingProblem] {
    Check.number("width", architecture.width, above: 0, atMost: 100)
    Check.number("depth", architecture.depth, above: 0, atMost: 100)
  }

  public var body: some Layer {
    Conv2D(architecture.scaled(channels: 32), kernel: 3, stride: 2, file: file, line: line).named("conv_stem")
    BatchNorm().named("bn1"); SiLU()
    Sequential {
      for stage in EfficientNet.stages {
        Sequential {
          for block in 0..<architecture.scaled(blocks: stage.blocks) {
            InvertedBottleneck(
              channels: architecture.scaled(channels: stage.channels), expansion: stage.expansion,
              kernel: stage.kernel, stride: block == 0 ? stage.stride : 1)
          }
        }
      }
    }.named("blocks")
    Conv2D(features, kernel: 1).named("conv_head"); BatchNorm().named("bn2"); SiLU()
    GlobalAveragePool()
  }
}
