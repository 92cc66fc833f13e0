/// A fixed per-channel normalization of images, `(x - mean) / deviation`, without parameters.
///
/// As the first layer of a model it is recorded in a run's weight files, for use wherever they are loaded.
public struct Normalize: Layer {
  let normalization: Normalization
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a normalization of the channels.
  ///
  /// - Parameters:
  ///   - normalization: The mean and deviation of each channel.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(_ normalization: Normalization, file: StaticString = #fileID, line: Int = #line) {
    self.normalization = normalization
    location = SourceLocation(file: file, line: line)
  }

  public var problems: [SettingProblem] { normalization.problems }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    let (mean, deviation) = (normalization.mean, normalization.deviation)
    guard mean.count == 1 || x.shape.dimensions.last == mean.count else {
      return graph.report(
        ShapeError(
          "The normalization has another number of channels than the images.",
          expected: "[..., \(mean.count)]", found: "\(x.shape)", assuming: x.type))
    }
    if graph.inputs.contains(where: { $0.node == x.id }) { graph.annotate(normalization) }
    let channels: Shape = mean.count == 1 ? [] : [mean.count]
    return (x - graph.constant(mean, channels)) / graph.constant(deviation, channels)
  }
}
