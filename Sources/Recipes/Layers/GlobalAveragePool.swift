/// The mean over all pixels: `[N, H, W, C]` to `[N, C]`.
public struct GlobalAveragePool: Layer {
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a global average pool.
  public init(file: StaticString = #fileID, line: Int = #line) {
    location = SourceLocation(file: file, line: line)
  }

  public func apply(to x: Tensor) -> Tensor { globalAveragePool(x) }
}
