/// Layer normalization over the last axis, of `[N, ..., C]` (Ba et al. 2016): each row has mean 0 and
/// variance 1, then is scaled and shifted by the trained `weight` and `bias`, `[C]`.
public struct LayerNorm: Layer {
  let epsilon: Double
  let shift: Bool
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a layer normalization.
  ///
  /// - Parameters:
  ///   - epsilon: The number added to the variance: 1e-6 in vision transformers, 1e-5 by PyTorch's default.
  ///   - shift: Whether it has a trained `bias`.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    epsilon: Double = 1e-6, shift: Bool = true, file: StaticString = #fileID, line: Int = #line
  ) {
    self.epsilon = epsilon
    self.shift = shift
    location = SourceLocation(file: file, line: line)
  }

  public var kind: String { "norm" }

  public var problems: [SettingProblem] { Check.number("epsilon", epsilon, above: 0) }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    guard x.shape.rank >= 2 else {
      return graph.report(
        ShapeError(
          "Layer normalization needs rows of features.", expected: "[N, C] or [N, ..., C]",
          found: "\(x.shape)", assuming: x.type))
    }
    let channels: Shape = [x.shape.channels]
    let (mean, variance) = x.moments(axes: [-1])
    let weight = graph.variable("weight", channels, role: .normalization, initializer: .ones)
    let scaled = (x - mean) * rsqrt(variance + epsilon) * weight
    return shift
      ? scaled + graph.variable("bias", channels, role: .normalization, initializer: .zeros) : scaled
  }
}
