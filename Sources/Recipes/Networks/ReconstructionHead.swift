/// The decoder of a masked autoencoder (He et al. 2022): a transformer that predicts the pixels of the
/// patches that an encoder has not seen. It gives their mean squared error for each image, `[N, 1]`, and is
/// discarded after pretraining.
///
///     ReconstructionHead(width: 512, depth: 8, heads: 16)  // the paper's
///
/// It reads all tokens of a `masked` ``VisionTransformer`` directly before it. These are mapped to its width
/// by `decoder_embed`, the trained `mask_token` takes the places of unseen patches, and all get the fixed
/// positions of `get_2d_sincos_pos_embed`; `decoder_blocks`, `decoder_norm` and `decoder_pred` follow, as in
/// the authors' code, and its weights start from Xavier's distribution. The last two are computed for unseen
/// patches alone, as the error is of these.
public struct ReconstructionHead: Layer {
  let width: Int
  let depth: Int
  let heads: Int
  let normalizesPixels: Bool
  @Incidental private var file: StaticString
  @Incidental private var line: Int

  /// Creates a decoder; by default one of an eighth of the paper's work, for small encoders.
  ///
  /// - Parameters:
  ///   - width: The number of channels of a token, a multiple of 4 and of the heads.
  ///   - depth: The number of blocks.
  ///   - heads: The number of attention heads.
  ///   - normalizesPixels: Whether the pixels of each patch are predicted less their mean and divided by
  ///     their standard deviation: the error is then 1 for a head that predicts zeros.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    width: Int = 256, depth: Int = 4, heads: Int = 8, normalizingPixels normalizesPixels: Bool = true,
    file: StaticString = #fileID, line: Int = #line
  ) {
    self.width = width
    self.depth = depth
    self.heads = heads
    self.normalizesPixels = normalizesPixels
    self.file = file
    self.line = line
  }

  public var isTransparent: Bool { true }

  public var location: SourceLocation? { SourceLocation(file: file, line: line) }

  public var problems: [SettingProblem] {
    Check.count("width", width)
      ?? Check.that(width % 4 == 0, "width", width, mustBe: "a multiple of 4, as positions are")
    Check.count("depth", depth, atMost: 1000)
    Check.count("heads", heads)
      ?? Check.that(width < 1 || width % heads == 0, "heads", heads, mustBe: "a divisor of the width")
  }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    guard let seen = MaskedTokens(behind: x) else {
      return graph.report(
        ShapeError(
          "A ReconstructionHead predicts the patches that the encoder before it has left out in training.",
          expected: "a trained encoder with masked patches, such as VisionTransformer(.small).masked(0.75), "
            + "directly before the head, on views of one size",
          found: "\(x.shape) of another layer, or of whole images",
          assuming: TensorType([x.shape.dimensions.first ?? 1, 1], x.type.element)))
    }
    let mask = seen.mask(in: graph)
    let pixels = seen.patches(in: graph).batchGathered(at: mask.hidden)
    let count = pixels.shape[2]
    guard !normalizesPixels || count > 1 else {
      return graph.report(
        ShapeError(
          "Patches of one number have no variance to normalize them by.",
          expected: "larger patches, or normalizingPixels: false", found: "\(pixels.shape)"))
    }
    let decoded = decoded(seen, mask)
    let initializer = Initializer.xavier(inputs: width, outputs: count)
    let predicted = Linear(count, initializer: initializer).named("decoder_pred")(
      LayerNorm().named("decoder_norm")(decoded))
    let miss = predicted - (normalizesPixels ? normalized(pixels) : pixels)
    return (miss * miss).mean(axes: [1, 2]).reshaped(to: [x.shape[0], 1])
  }

  // Returns the tokens of unseen patches after all blocks, [N, T - K, width].
  private func decoded(_ seen: MaskedTokens, _ mask: PatchMask) -> Tensor {
    let (graph, grid, leading) = (mask.hidden.graph, seen.grid, seen.grid.leading)
    let (images, patches) = (mask.hidden.shape[0], grid.rows * grid.columns)
    let tokens = seen.tokens(in: graph)
    let xavier = Initializer.xavier(inputs: tokens.shape.channels, outputs: width)
    let embedded = Linear(width, initializer: xavier).named("decoder_embed")(tokens)
    let visible = embedded.sliced(leading..<embedded.shape[1], axis: 1)
      .batchScattered(to: mask.visible, of: patches)
    let isHidden = graph.constant(1, mask.hidden.shape).batchScattered(to: mask.hidden, of: patches)
    let normal = Initializer.normal(deviation: 0.02)
    let token = graph.variable("mask_token", [1, 1, width], role: .bias, initializer: normal)
    let positions = graph.constant(
      SineCosinePositions(width: width).values(rows: grid.rows, columns: grid.columns), [patches, width])
    let placed = visible + isHidden.reshaped(to: [images, patches, 1]) * token + positions
    let blocks = Sequential {
      for _ in 0..<depth { TransformerBlock(heads: heads) }
    }.named("decoder_blocks").xavierInitialized()
    let all = blocks(concatenate([embedded.sliced(0..<leading, axis: 1), placed], axis: 1))
    return all.batchGathered(at: mask.hidden + Double(leading))
  }

  // Returns the pixels of each patch less their mean, and divided by the root of their unbiased variance.
  private func normalized(_ pixels: Tensor) -> Tensor {
    let count = Double(pixels.shape[2])
    let (mean, variance) = pixels.moments(axes: [2])
    return (pixels - mean) * rsqrt(variance * (count / (count - 1)) + 1e-6)
  }
}
