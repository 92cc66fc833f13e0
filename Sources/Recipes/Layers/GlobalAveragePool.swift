/// The mean over the places of an image: `[N, H, W, C]` becomes `[N, C]`.
public struct GlobalAveragePool: Layer {
  @Incidental public private(set) var location: SourceLocation?

  /// A global average pool.
  public init(file: StaticString = #fileID, line: Int = #line) {
    location = SourceLocation(file: file, line: line)
  }

  public func apply(to x: Tensor) -> Tensor { globalAveragePool(x) }
}
