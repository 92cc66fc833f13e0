/// Normalization of `[N, ..., C]` by the root mean square over the last axis (Zhang and Sennrich 2019),
/// scaled by the trained `weight`, `[C]`.
public struct RMSNorm: Layer {
  let epsilon: Double
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a normalization by the root mean square.
  ///
  /// - Parameters:
  ///   - epsilon: The number added to the mean square.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(epsilon: Double = 1e-6, file: StaticString = #fileID, line: Int = #line) {
    self.epsilon = epsilon
    location = SourceLocation(file: file, line: line)
  }

  public var kind: String { "norm" }

  public var problems: [SettingProblem] { Check.number("epsilon", epsilon, above: 0) }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    guard x.shape.rank >= 2 else {
      return graph.report(
        ShapeError(
          "Normalization by the root mean square needs rows of features.",
          expected: "[N, C] or [N, ..., C]", found: "\(x.shape)", assuming: x.type))
    }
    let weight = graph.variable("weight", [x.shape.channels], role: .normalization, initializer: .ones)
    return x * rsqrt((x * x).mean(axes: [-1], keepingDimensions: true) + epsilon) * weight
  }
}
