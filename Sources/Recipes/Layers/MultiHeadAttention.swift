/// Multi-head self-attention of tokens `[N, T, C]` (Vaswani et al. 2017): every token becomes a mean of all
/// tokens' values, weighted by the similarity of its query with their keys, for each head separately.
///
/// Its layers are `qkv`, which makes queries, keys and values, and `proj`, as in timm.
public struct MultiHeadAttention: Layer {
  let heads: Int
  let bias: Bool
  let returned: Int?
  @Incidental public private(set) var location: SourceLocation?

  /// Creates self-attention.
  ///
  /// - Parameters:
  ///   - heads: The number of heads, a divisor of the channels.
  ///   - bias: Whether queries, keys and values have a trained bias.
  ///   - returned: The number of tokens, the first ones, that it returns, `[N, returned, C]`; all if nil.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    heads: Int, bias: Bool = true, returning returned: Int? = nil, file: StaticString = #fileID,
    line: Int = #line
  ) {
    self.heads = heads
    self.bias = bias
    self.returned = returned
    location = SourceLocation(file: file, line: line)
  }

  public var kind: String { "attn" }

  public var problems: [SettingProblem] {
    Check.count("heads", heads)
    if let returned { Check.count("returned", returned) }
  }

  public func apply(to x: Tensor) -> Tensor {
    guard x.shape.rank == 3, x.shape.channels % heads == 0 else {
      return x.graph.report(
        ShapeError(
          "Attention needs tokens whose channels divide by the number of heads.",
          expected: "[N, T, C] with C a multiple of \(heads)", found: "\(x.shape)", assuming: x.type))
    }
    let channels = x.shape.channels
    let initializer = Initializer.normal(deviation: 0.02)
    let tokens = Linear(3 * channels, bias: bias, initializer: initializer).named("qkv")(x)
    let attended = selfAttention(tokens, heads: heads, queries: returned, mask: x.graph.attended.mask)
    return Linear(channels, initializer: initializer).named("proj")(attended)
  }
}
