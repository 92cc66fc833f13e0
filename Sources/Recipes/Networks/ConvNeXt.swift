/// A convolutional network of modern design (Liu et al. 2022, "A ConvNet for the 2020s"): images
/// `[N, H, W, C]` to pooled features `[N, features]`.
///
///     ConvNeXt(.tiny)
///
/// Its parameters have timm's names, so weights can be exchanged in both directions.
public struct ConvNeXt: ImageEncoder {
  /// The number and width of a network's blocks.
  public struct Architecture: Hashable, Sendable {
    /// The number of blocks in each stage.
    public let blocks: [Int]
    /// The number of channels in each stage.
    public let channels: [Int]

    /// Returns a custom architecture.
    ///
    /// - Parameters:
    ///   - blocks: The number of blocks in each stage; every stage after the first halves the resolution.
    ///   - channels: The number of channels in each stage.
    public static func custom(blocks: [Int], channels: [Int]) -> Architecture {
      Architecture(blocks: blocks, channels: channels)
    }

    /// 27.8 million parameters without a head.
    public static let tiny = custom(blocks: [3, 3, 9, 3], channels: [96, 192, 384, 768])
    /// 49.5 million parameters.
    public static let small = custom(blocks: [3, 3, 27, 3], channels: [96, 192, 384, 768])
    /// 87.6 million parameters.
    public static let base = custom(blocks: [3, 3, 27, 3], channels: [128, 256, 512, 1024])
    /// 196.2 million parameters.
    public static let large = custom(blocks: [3, 3, 27, 3], channels: [192, 384, 768, 1536])
  }

  static let initializer = Initializer.normal(deviation: 0.02)

  /// The blocks.
  public let architecture: Architecture
  /// The first value of the factors of each block; nil for none.
  public let layerScale: Double?
  @Incidental private var file: StaticString
  @Incidental private var line: Int

  /// Creates a network of the given architecture.
  ///
  /// - Parameters:
  ///   - architecture: The number and width of the blocks.
  ///   - layerScale: The first value of the factors of each block; nil for none.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    _ architecture: Architecture, layerScale: Double? = 1e-6, file: StaticString = #fileID, line: Int = #line
  ) {
    self.architecture = architecture
    self.layerScale = layerScale
    self.file = file
    self.line = line
  }

  /// The number of features.
  public var features: Int { architecture.channels.last ?? 0 }

  public var timm: TimmModel? {
    let name: String? =
      switch architecture {
      case .tiny: "convnext_tiny"
      case .small: "convnext_small"
      case .base: "convnext_base"
      case .large: "convnext_large"
      default: nil
      }
    guard let name, layerScale != nil else { return nil }
    return TimmModel(name, classifier: "head.fc", firstLayer: "stem.0")
  }

  public var isTransparent: Bool { true }

  public var location: SourceLocation? { SourceLocation(file: file, line: line) }

  public var problems: [SettingProblem] {
    Check.that(
      !architecture.blocks.isEmpty && architecture.blocks.count == architecture.channels.count, "blocks",
      architecture.blocks, mustBe: "a number for each of \(architecture.channels.count) stages")
    for blocks in architecture.blocks { Check.count("blocks", blocks, atMost: 1000) }
    for channels in architecture.channels {
      Check.count("channels", channels, atMost: Check.largestCount / 4)
    }
    if let layerScale { Check.number("layerScale", layerScale) }
  }

  public var body: some Layer {
    Sequential {
      Conv2D(
        architecture.channels[0], kernel: 4, stride: 4, padding: 0, bias: true,
        initializer: ConvNeXt.initializer, file: file, line: line)
      LayerNorm()
    }.named("stem")
    Sequential {
      for (stage, blocks) in architecture.blocks.enumerated() {
        Sequential {
          if stage > 0 { Downsampling(channels: architecture.channels[stage]).named("downsample") }
          Sequential {
            for block in 0..<blocks {
              ConvNeXtBlock(layerScale: layerScale, followsDownsampling: stage > 0 && block == 0)
            }
          }.named("blocks")
        }
      }
    }.named("stages")
    GlobalAveragePool()
    Sequential { LayerNorm().named("norm") }.named("head")
  }
}

/// Half the height and width, at the beginning of a stage and of its first block.
private struct Downsampling: Layer {
  let channels: Int

  var isBlock: Bool { true }

  func apply(to x: Tensor) -> Tensor {
    Sequential {
      LayerNorm()
      Conv2D(channels, kernel: 2, stride: 2, padding: 0, bias: true, initializer: ConvNeXt.initializer)
    }.apply(to: x)
  }
}
