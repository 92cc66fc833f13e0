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
    let (images, size) = (x.shape[0], channels / groups)
    let rows = x.reshaped(to: [images, x.shape.count / (images * channels), channels])
    // Of each channel first, in a loop over pixels; a group's variance is the mean of its channels' and the
    // variance of their means.
    let each = rows.moments(axes: [1])
    func grouped(_ x: Tensor) -> Tensor { x.reshaped(to: [images, groups, size]) }
    let (mean, between) = grouped(each.mean).moments(axes: [2])
    let variance = grouped(each.variance).mean(axes: [2], keepingDimensions: true) + between
    func ofChannels(_ x: Tensor) -> Tensor {
      x.broadcast(to: [images, groups, size]).reshaped(to: [images, 1, channels])
    }
    let weight = graph.variable("weight", [channels], role: .normalization, initializer: .ones)
    let bias = graph.variable("bias", [channels], role: .normalization, initializer: .zeros)
    let scale = ofChannels(rsqrt(variance + epsilon)) * weight
    return ((rows - ofChannels(mean)) * scale + bias).reshaped(to: x.shape)
  }
}
