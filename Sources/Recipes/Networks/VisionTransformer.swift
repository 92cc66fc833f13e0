/// A vision transformer (Dosovitskiy et al. 2021): images `[N, H, W, C]` to features `[N, channels]`, those
/// of the class token or the mean of the patches'.
///
///     VisionTransformer(.small, patch: 16)
///
/// Its parameters have timm's names, so weights can be exchanged in both directions. Images of another size
/// than `imageSize` have its positions resampled; their height and width are multiples of `patch`.
public struct VisionTransformer: ImageEncoder {
  /// The size of a transformer.
  public struct Architecture: Hashable, Sendable {
    /// The number of channels of a token.
    public let channels: Int
    /// The number of blocks.
    public let depth: Int
    /// The number of attention heads.
    public fileprivate(set) var heads: Int
    /// The perceptron of each block.
    public fileprivate(set) var perceptron: TransformerBlock.Perceptron

    /// Returns a custom architecture.
    ///
    /// - Parameters:
    ///   - channels: The number of channels of a token, a multiple of the heads.
    ///   - depth: The number of blocks.
    ///   - heads: The number of attention heads.
    ///   - perceptron: The perceptron of each block.
    public static func custom(
      channels: Int, depth: Int, heads: Int, perceptron: TransformerBlock.Perceptron = .mlp(ratio: 4)
    ) -> Architecture {
      Architecture(channels: channels, depth: depth, heads: heads, perceptron: perceptron)
    }

    /// 5.5 million parameters with patches of 16 pixels.
    public static let tiny = custom(channels: 192, depth: 12, heads: 3)
    /// 21.7 million parameters.
    public static let small = custom(channels: 384, depth: 12, heads: 6)
    /// 85.8 million parameters.
    public static let base = custom(channels: 768, depth: 12, heads: 12)
    /// 303.3 million parameters.
    public static let large = custom(channels: 1024, depth: 24, heads: 16)
    /// 1134.8 million parameters with patches of 14 pixels, and gated perceptrons: DINOv2's largest network.
    public static let giant = custom(
      channels: 1536, depth: 40, heads: 24, perceptron: .swiGLU(ratio: 8.0 / 3))
  }

  /// The tokens that features are taken from, normalized after the last block.
  public enum Pooling: String, Codable, Hashable, Sendable, CaseIterable {
    /// The class token's, which a loss on features trains to describe the image.
    case classToken = "class-token"
    /// The mean of the patches', without the class token and registers. It is the choice behind a
    /// reconstruction, which trains no class token.
    case mean
  }

  /// The positions of the patches in the image.
  public enum Positions: Hashable, Sendable {
    /// Trained, from small random numbers.
    case trained
    /// Fixed sines and cosines of the column and the row, which masked autoencoders and MoCo v3 have in
    /// pretraining.
    case sineCosine
  }

  /// The size.
  public private(set) var architecture: Architecture
  /// The side of a patch in pixels.
  public private(set) var patch: Int
  /// The side in pixels of the images that the stored positions are for.
  public private(set) var imageSize: Int
  /// The number of register tokens (Darcet et al. 2024), which take part in attention and are then left out.
  public private(set) var registers: Int
  /// The first value of each block's `LayerScale`; nil for none.
  public private(set) var layerScale: Double?
  /// The probability with which training leaves out a part of the last block for an image (`DropPath`); that
  /// of the other blocks rises linearly from 0 in the first one.
  public let dropPath: Double
  /// The tokens that features are taken from.
  public var pooling: Pooling
  /// The positions of the patches in the image.
  public var positions: Positions
  @Incidental private var file: StaticString
  @Incidental private var line: Int

  /// Creates a vision transformer.
  ///
  /// - Parameters:
  ///   - architecture: The size.
  ///   - patch: The side of a patch in pixels.
  ///   - imageSize: The side in pixels of the images that the stored positions are for, a multiple of
  ///     `patch`.
  ///   - registers: The number of register tokens; with any, the class token has no position, as in DINOv2.
  ///   - layerScale: The first value of each block's `LayerScale`, such as 1e-5 in DINOv2; nil for none.
  ///   - dropPath: The probability with which training leaves out a part of the last block for an image, 0.1
  ///     for small networks; that of the other blocks rises linearly from 0 in the first one.
  ///   - pooling: The tokens that features are taken from.
  ///   - positions: The positions of the patches in the image; fixed ones need channels that are a multiple
  ///     of 4.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    _ architecture: Architecture, patch: Int = 16, imageSize: Int = 224, registers: Int = 0,
    layerScale: Double? = nil, dropPath: Double = 0, pooling: Pooling = .classToken,
    positions: Positions = .trained, file: StaticString = #fileID, line: Int = #line
  ) {
    self.architecture = architecture
    self.patch = patch
    self.imageSize = imageSize
    self.registers = registers
    self.layerScale = layerScale
    self.dropPath = dropPath
    self.pooling = pooling
    self.positions = positions
    self.file = file
    self.line = line
  }

  /// The number of features.
  public var features: Int { architecture.channels }

  public var imageMultiple: Int { patch }

  public var timm: TimmModel? {
    let name: String? =
      switch architecture {
      case .tiny: "vit_tiny_patch16_224"
      case .small: "vit_small_patch16_224"
      case .base: "vit_base_patch16_224"
      case .large: "vit_large_patch16_224"
      case .giant: "vit_giant_patch14_dinov2"
      default: nil
      }
    guard let name else { return nil }
    var arguments: [String: TimmModel.Argument] = [
      "img_size": .count(imageSize), "patch_size": .count(patch), "dynamic_img_size": .flag(true),
    ]
    if registers > 0 {
      arguments["reg_tokens"] = .count(registers)
      arguments["no_embed_class"] = .flag(true)
    }
    arguments["init_values"] = layerScale.map { .number($0) } ?? .null
    if pooling == .mean {
      arguments["global_pool"] = .text("avg")
      // Otherwise timm would normalize the mean instead of the tokens.
      arguments["fc_norm"] = .flag(false)
    }
    return TimmModel(
      name, classifier: "head", firstLayer: "patch_embed.proj", pool: pooling == .mean ? "avg" : "token",
      arguments: arguments)
  }

  /// Returns this network with the patch, the image size, the registers, the perceptrons and the `LayerScale`
  /// of a weight file of timm, DINOv2 or a run, and with the attention heads and the pooling that a run's
  /// file states; unchanged if the file is of another network.
  ///
  /// - Parameter outline: The names, shapes and metadata in the file.
  public func fitted(to outline: WeightOutline) -> VisionTransformer {
    guard let kernel = outline.shape(of: "patch_embed.proj.weight"), kernel.count == 4, kernel[3] > 0,
      let positions = outline.shape(of: "pos_embed"), positions.count == 3, positions[1] > 1
    else { return self }
    let registers = outline.shape(of: "reg_token").map { $0.count == 3 ? $0[1] : 0 } ?? 0
    let patches = positions[1] - (registers == 0 ? 1 : 0)
    let side = Int(Double(patches).squareRoot())
    let (imageSize, isTooLarge) = side.multipliedReportingOverflow(by: kernel[3])
    guard side * side == patches, !isTooLarge else { return self }
    let isScaled = outline.shape(of: "blocks.0.ls1.gamma") != nil
    var network = self
    (network.patch, network.imageSize, network.registers) = (kernel[3], imageSize, registers)
    network.layerScale = isScaled ? layerScale ?? 1e-5 : nil
    if let perceptron = TransformerBlock.Perceptron(of: outline) {
      network.architecture.perceptron = perceptron
    }
    network.architecture.heads = outline.heads(of: "blocks.0.attn") ?? architecture.heads
    network.pooling = outline.pooling ?? pooling
    return network
  }

  public var isTransparent: Bool { true }

  public var location: SourceLocation? { SourceLocation(file: file, line: line) }

  public var problems: [SettingProblem] {
    Check.count("channels", architecture.channels)
    Check.count("depth", architecture.depth, atMost: 1000)
    Check.count("heads", architecture.heads)
    Check.that(
      architecture.heads < 1 || architecture.channels % architecture.heads == 0, "heads",
      architecture.heads, mustBe: "a divisor of the channels")
    architecture.perceptron.problem
    Check.that(
      positions == .trained || architecture.channels % 4 == 0, "channels", architecture.channels,
      mustBe: "a multiple of 4, as fixed positions are")
    Check.count("patch", patch)
    Check.count("imageSize", imageSize)
    Check.that(
      patch < 1 || imageSize % patch == 0, "imageSize", imageSize, mustBe: "a multiple of the patch")
    Check.count("registers", registers, atLeast: 0, atMost: 1000)
    if let layerScale { Check.number("layerScale", layerScale) }
    Check.dropRate("dropPath", dropPath)
  }

  public func apply(to x: Tensor) -> Tensor {
    if let share = x.graph.maskedShare, x.graph.drawsRandomNumbers { return masked(x, leavingOut: share) }
    let patches = embedding(x)
    guard patches.isKnown else { return patches }
    let grid = PatchGrid(leading: leading, rows: x.shape[1] / patch, columns: x.shape[2] / patch)
    x.graph.annotate(grid)
    let tokens = positioned(patches, on: grid)
    x.graph.annotate(pooling)
    switch pooling {
    case .classToken: return classToken(of: encoded(tokens, returning: 1))
    // As the mean of a map, whose cells have places in the image.
    case .mean: return grid.map(of: encoded(tokens)).mean(axes: [1, 2])
    }
  }

  /// Embeds the patches of images.
  var embedding: some Layer {
    PatchEmbedding(architecture.channels, patch: patch, file: file, line: line).named("patch_embed")
  }

  /// The number of tokens before those of patches.
  var leading: Int { 1 + registers }

  /// Returns normalized tokens after all blocks, `[N, T, C]`, or the first ones: then the last block makes no
  /// others, which nothing would read.
  func encoded(_ tokens: Tensor, returning returned: Int? = nil) -> Tensor {
    let blocks = Sequential {
      for block in 0..<architecture.depth {
        TransformerBlock(
          heads: architecture.heads, perceptron: architecture.perceptron, layerScale: layerScale,
          dropPath: dropPath * Double(block) / Double(max(1, architecture.depth - 1)),
          returning: block == architecture.depth - 1 ? returned : nil)
      }
    }.named("blocks")
    return LayerNorm().named("norm")(blocks(tokens))
  }

  /// Returns the class tokens of images, the first ones, `[N, C]`.
  func classToken(of tokens: Tensor) -> Tensor {
    tokens.sliced(0..<1, axis: 1).reshaped(to: [tokens.shape[0], architecture.channels])
  }

  /// Returns the class token, the registers and the patches, with positions.
  ///
  /// - Parameters:
  ///   - patches: The embedded patches, `[N, K, C]`.
  ///   - grid: The grid of an image's patches.
  ///   - places: The places in the grid of the patches, `[N, K]`; all, in order, if nil.
  func positioned(_ patches: Tensor, on grid: PatchGrid, at places: Tensor? = nil) -> Tensor {
    let (graph, count, channels) = (patches.graph, patches.shape[0], architecture.channels)
    func token(_ name: String, _ tokens: Int) -> Tensor {
      graph.variable(name, [1, tokens, channels], role: .bias, initializer: .normal(deviation: 1e-6))
        .broadcast(to: [count, tokens, channels])
    }
    let embedding = PositionEmbedding(
      name: "pos_embed", kind: positions, leading: registers == 0 ? 1 : 0, side: imageSize / patch)
    func added() -> Tensor {
      embedding.positions(rows: grid.rows, columns: grid.columns, channels: channels, in: graph)
    }
    let classToken = token("cls_token", 1)
    if registers == 0 {
      guard let places else { return concatenate([classToken, patches], axis: 1) + added() }
      let all = added()
      let (first, others) = (all.sliced(0..<1, axis: 1), all.sliced(1..<all.shape[1], axis: 1))
      return concatenate([classToken + first, patches + others.batchGathered(at: places)], axis: 1)
    }
    let placed = patches + (places.map { added().batchGathered(at: $0) } ?? added())
    return concatenate([classToken, token("reg_token", registers), placed], axis: 1)
  }
}
