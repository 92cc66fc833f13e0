/// Flattens each sample to a row: `[N, H, W, C]` to `[N, H * W * C]`.
public struct Flatten: Layer {
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a flattening layer.
  ///
  /// - Parameters:
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(file: StaticString = #fileID, line: Int = #line) {
    location = SourceLocation(file: file, line: line)
  }

  public func apply(to x: Tensor) -> Tensor {
    guard x.shape.rank >= 2 else {
      return x.graph.report(
        ShapeError("There is nothing to flatten.", expected: "[N, ...]", found: "\(x.shape)"))
    }
    return x.flattened
  }
}
