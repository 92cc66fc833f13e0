/// The mean over all pixels: `[N, H, W, C]` to `[N, C]`.
public struct GlobalAveragePool: Layer {
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a global average pool.
  ///
  /// - Parameters:
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(file: StaticString = #fileID, line: Int = #line) {
    location = SourceLocation(file: file, line: line)
  }

  public func apply(to x: Tensor) -> Tensor { globalAveragePool(x) }
}
