/// Multi-head attention of tokens `[N, Q, C]` to others, the context `[N, K, D]` (Vaswani et al. 2017): every
/// token becomes a mean of the context's values, weighted by the similarity of its query with their keys, for
/// each head separately, `[N, Q, C]`.
///
/// The context is given to the layer that it is a part of:
///
///     let decoder = Sequential {
///       Residual { LayerNorm(); MultiHeadAttention(heads: 4) }
///       Residual { LayerNorm(); CrossAttention(heads: 4) }
///       Residual { LayerNorm(); MLP(hidden: 256) }
///     }
///     let decoded = decoder(queries, context: tokens)
///
/// Its layers are `q`, which makes queries, `kv`, which makes keys and values, and `proj`, as in timm.
public struct CrossAttention: Layer {
  let heads: Int
  let bias: Bool
  @Incidental public private(set) var location: SourceLocation?

  /// Creates cross-attention.
  ///
  /// - Parameters:
  ///   - heads: The number of heads, a divisor of the channels.
  ///   - bias: Whether queries, keys and values have a trained bias.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(heads: Int, bias: Bool = true, file: StaticString = #fileID, line: Int = #line) {
    self.heads = heads
    self.bias = bias
    location = SourceLocation(file: file, line: line)
  }

  public var kind: String { "cross_attn" }

  public var problems: [SettingProblem] { Check.count("heads", heads) }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    guard let context = graph.attended.context else {
      return graph.report(
        ShapeError(
          "Cross-attention needs a context, the tokens that it has its keys and values from.",
          expected: "a call such as layer(x, context: tokens)", found: "none", assuming: x.type))
    }
    guard context.isKnown else { return context }
    guard x.shape.rank == 3, x.shape.channels % heads == 0, context.shape.rank == 3 else {
      return graph.report(
        ShapeError(
          "Cross-attention needs tokens whose channels divide by the heads, and a context of tokens.",
          expected: "[N, Q, C] with C a multiple of \(heads), and [N, K, D]",
          found: "\(x.shape) and \(context.shape)", assuming: x.type))
    }
    let channels = x.shape.channels
    let initializer = Initializer.normal(deviation: 0.02)
    let queries = Linear(channels, bias: bias, initializer: initializer).named("q")(x)
    let pairs = Linear(2 * channels, bias: bias, initializer: initializer).named("kv")(context)
    let attended = attention(
      queries, pairs.sliced(0..<channels, axis: 2), pairs.sliced(channels..<2 * channels, axis: 2),
      heads: heads, mask: graph.attended.contextMask)
    return Linear(channels, initializer: initializer).named("proj")(attended)
  }
}

extension Layer {
  /// Appends the layer to the graph of `x`, with every ``CrossAttention`` in it to a context.
  ///
  /// - Parameters:
  ///   - x: The layer's input.
  ///   - context: The tokens that cross-attention has its keys and values from, `[N, K, D]`.
  ///   - contextMask: 0 for those of the context's tokens, `[N, K]`, that take no part, such as padding, and
  ///     any other number for the others; all take part if nil.
  public func callAsFunction(_ x: Tensor, context: Tensor, contextMask: Tensor? = nil) -> Tensor {
    var attended = x.graph.attended
    (attended.context, attended.contextMask) = (context, contextMask)
    return x.graph.attending(to: attended) { self(x) }
  }

  /// Appends the layer to the graph of tokens of which some, such as padding, are keys of no
  /// ``MultiHeadAttention`` in it: PyTorch's `key_padding_mask`, whose true is 0 here.
  ///
  ///     let valid = places .< lengths  // [N, T]
  ///     let encoded = blocks(tokens, mask: valid)
  ///
  /// Results at padding are finite but meaningless; where all of an image's tokens are padding, attention
  /// gives 0.
  ///
  /// - Parameters:
  ///   - x: The layer's input, `[N, T, C]`.
  ///   - mask: 0 for tokens that take no part, `[N, T]`, and any other number for the others.
  public func callAsFunction(_ x: Tensor, mask: Tensor) -> Tensor {
    var attended = x.graph.attended
    attended.mask = mask
    return x.graph.attending(to: attended) { self(x) }
  }
}
