/// A residual network (He et al. 2016), v1.5: the stride is in the 3x3 convolution. It maps `[N, H, W, C]` to
/// pooled features `[N, features]`.
///
/// Its parameters have torchvision's names, so weights can be exchanged in both directions.
public struct ResNet: ImageEncoder {
  /// The number and kind of a network's blocks.
  public struct Architecture: Hashable, Sendable {
    /// The number of blocks in each stage; every stage after the first halves the resolution and doubles the
    /// channels.
    public let blocks: [Int]
    /// Whether blocks are `Bottleneck`s; otherwise `BasicBlock`s.
    public let bottleneck: Bool
    /// The channels of the stem and the first stage.
    public let channels: Int

    /// A width factor for the 3x3 convolution in a `Bottleneck` only: 2 in a wide network (Zagoruyko and
    /// Komodakis 2016).
    public let innerWidth: Int

    /// Returns a custom architecture.
    ///
    /// - Parameters:
    ///   - blocks: The number of blocks in each stage.
    ///   - bottleneck: Whether blocks are `Bottleneck`s; otherwise `BasicBlock`s.
    ///   - channels: The channels of the stem and the first stage.
    ///   - innerWidth: A width factor for the 3x3 convolution in a `Bottleneck` only.
    public static func custom(
      blocks: [Int], bottleneck: Bool, channels: Int = 64, innerWidth: Int = 1
    ) -> Architecture {
      Architecture(blocks: blocks, bottleneck: bottleneck, channels: channels, innerWidth: innerWidth)
    }

    /// 11.2 million parameters without a head.
    public static let resNet18 = custom(blocks: [2, 2, 2, 2], bottleneck: false)
    /// 21.3 million parameters.
    public static let resNet34 = custom(blocks: [3, 4, 6, 3], bottleneck: false)
    /// 23.5 million parameters.
    public static let resNet50 = custom(blocks: [3, 4, 6, 3], bottleneck: true)
    /// 42.5 million parameters.
    public static let resNet101 = custom(blocks: [3, 4, 23, 3], bottleneck: true)
    /// 58.1 million parameters.
    public static let resNet152 = custom(blocks: [3, 8, 36, 3], bottleneck: true)
    /// torchvision's `wide_resnet50_2`: 66.8 million parameters.
    public static let wideResNet50 = custom(blocks: [3, 4, 6, 3], bottleneck: true, innerWidth: 2)
    /// torchvision's `wide_resnet101_2`: 124.8 million parameters.
    public static let wideResNet101 = custom(blocks: [3, 4, 23, 3], bottleneck: true, innerWidth: 2)
    /// 0.3 million parameters, for trials and tests.
    public static let tiny = custom(blocks: [1, 1, 1, 1], bottleneck: false, channels: 16)
  }

  /// The layers before the first stage.
  public enum Stem: String, Hashable, Sendable {
    /// 7x7 with stride 2, then a 3x3 max pool with stride 2: a quarter of the image's height and width.
    case imagenet
    /// As `imagenet`, with the pool padded as in TensorFlow: for the weights of google-research/simclr.
    case tensorflow
    /// 3x3 with stride 1 and no pool, for images of up to about 64 pixels.
    case small
  }

  /// The blocks.
  public let architecture: Architecture
  /// The stem.
  public internal(set) var stem: Stem
  /// The width factor on all channels.
  public let width: Int
  /// Whether the last scale of each block is initialized to 0, so that a block starts as the identity.
  public let zeroInitLastScale: Bool
  /// Whether the stem and each block are `Checkpoint`s.
  public let isCheckpointed: Bool
  @Incidental private var file: StaticString
  @Incidental private var line: Int

  /// Creates a network of the given architecture.
  ///
  /// - Parameters:
  ///   - architecture: The number and kind of blocks.
  ///   - stem: The layers before the first stage.
  ///   - width: The width factor on all channels: 1, 2 or 4 in SimCLR.
  ///   - zeroInitLastScale: Whether the last scale of each block is initialized to 0 (Goyal et al. 2017).
  ///   - checkpointed: Whether the stem and each block are `Checkpoint`s: less memory and more time, for the
  ///     same result.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    _ architecture: Architecture, stem: Stem = .imagenet, width: Int = 1, zeroInitLastScale: Bool = true,
    checkpointed: Bool = false, file: StaticString = #fileID, line: Int = #line
  ) {
    self.architecture = architecture
    self.stem = stem
    self.width = width
    self.zeroInitLastScale = zeroInitLastScale
    isCheckpointed = checkpointed
    self.file = file
    self.line = line
  }

  /// The number of features.
  public var features: Int {
    let last = architecture.channels << (architecture.blocks.count - 1)
    return last &* width &* (architecture.bottleneck ? Bottleneck.expansion : 1)
  }

  public var timm: TimmModel? {
    guard stem == .imagenet, width == 1 else { return nil }
    let name: String? =
      switch architecture {
      case .resNet18: "resnet18"
      case .resNet34: "resnet34"
      case .resNet50: "resnet50"
      case .resNet101: "resnet101"
      case .resNet152: "resnet152"
      case .wideResNet50: "wide_resnet50_2"
      case .wideResNet101: "wide_resnet101_2"
      default: nil
      }
    return name.map { TimmModel($0, classifier: "fc", firstLayer: "conv1") }
  }

  public var problems: [SettingProblem] {
    let own = ownProblems
    own
    if own.isEmpty {
      Check.that(
        widest <= Double(Check.largestCount), "width", width,
        mustBe: "so small that no layer has more than \(Check.largestCount) channels")
    }
  }

  @SettingProblemBuilder private var ownProblems: [SettingProblem] {
    Check.that(!architecture.blocks.isEmpty, "blocks", architecture.blocks, mustBe: "a number for each stage")
    for blocks in architecture.blocks { Check.count("blocks", blocks, atMost: 1000) }
    Check.count("channels", architecture.channels)
    if architecture.bottleneck {
      Check.count("innerWidth", architecture.innerWidth)
    } else {
      Check.count("innerWidth", architecture.innerWidth, atMost: 1)
    }
    Check.count("width", width)
  }

  // The channels of the widest layer; a floating-point number, as it may overflow an integer.
  private var widest: Double {
    let inner = Double(max(architecture.innerWidth, architecture.bottleneck ? Bottleneck.expansion : 1))
    return Double(architecture.channels) * Double(width) * inner
      * Double(sign: .plus, exponent: architecture.blocks.count - 1, significand: 1)
  }

  public var location: SourceLocation? { SourceLocation(file: file, line: line) }

  public var isTransparent: Bool { true }

  public var body: some Layer {
    let channels = architecture.channels * width
    let lastScale: Initializer = zeroInitLastScale ? .zeros : .ones

    checkpointedOnDemand {
      switch stem {
      case .imagenet, .tensorflow:
        Conv2D(channels, kernel: 7, stride: 2, file: file, line: line); BatchNorm(); ReLU()
        MaxPool(3, stride: 2, padding: stem == .tensorflow ? .same : 1)
      case .small:
        Conv2D(channels, kernel: 3, file: file, line: line); BatchNorm(); ReLU()
      }
    }
    for (stage, blocks) in architecture.blocks.enumerated() {
      Sequential {
        for block in 0..<blocks {
          let stride = stage > 0 && block == 0 ? 2 : 1
          checkpointedOnDemand {
            if architecture.bottleneck {
              let channels = channels << stage
              Bottleneck(
                channels: channels, inner: channels * architecture.innerWidth, stride: stride,
                lastScale: lastScale)
            } else {
              BasicBlock(channels: channels << stage, stride: stride, lastScale: lastScale)
            }
          }
        }
      }.named("layer\(stage + 1)")
    }
    GlobalAveragePool()
  }

  private func checkpointedOnDemand(@LayerBuilder _ layers: () -> LayerSequence) -> any Layer {
    isCheckpointed ? Checkpoint(layers) : layers()
  }
}
