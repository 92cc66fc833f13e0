/// Normalization of `[N, H, W, C]` over the pixels and the channels of a group, for each image (Wu and He
/// 2018), scaled and shifted by the trained `weight` and `bias`, `[C]`.
public struct GroupNorm: Layer {
  let groups: Int
  let epsilon: Double
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a group normalization.
  ///
  /// - Parameters:
  ///   - groups: The number of groups, a divisor of the channels.
  ///   - epsilon: The number added to the variance.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    _ groups: Int, epsilon: Double = 1e-5, file: StaticString = #fileID, line: Int = #line
  ) {
    self.groups = groups
    self.epsilon = epsilon
    location = SourceLocation(file: file, line: line)
  }

  public var kind: String { "gn" }

  public var problems: [SettingProblem] {
    Check.count("groups", groups)
    Check.number("epsilon", epsilon, above: 0)
  }

  public func apply(to x: Tensor) -> Tensor {
    let (graph, channels) = (x.graph, x.shape.channels)
    guard x.shape.rank >= 2, channels % groups == 0 else {
      return graph.report(
        ShapeError(
          "Group normalization needs channels that divide by the number of groups.",
          expected: "[N, ..., C] with C a multiple of \(groups)", found: "\(x.shape)", assuming: x.type))
    }
    let count = x.shape.dimensions.dropFirst().dropLast().reduce(1, *)
    let grouped = x.reshaped(to: [x.shape[0], count, groups, channels / groups])
    let (mean, variance) = grouped.moments(axes: [1, 3])
    let normalized = ((grouped - mean) * rsqrt(variance + epsilon)).reshaped(to: x.shape)
    let weight = graph.variable("weight", [channels], role: .normalization, initializer: .ones)
    return normalized * weight
      + graph.variable("bias", [channels], role: .normalization, initializer: .zeros)
  }
}
