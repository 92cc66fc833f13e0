/// Max pooling of `[N, H, W, C]`; padding never wins.
public struct MaxPool: Layer {
  private let pool: PoolWindow
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a pool of `window` by `window`; the default stride is the window.
  public init(
    _ window: Int, stride: Int? = nil, padding: Int = 0, file: StaticString = #fileID, line: Int = #line
  ) {
    pool = PoolWindow(window: window, stride: stride, padding: padding)
    location = SourceLocation(file: file, line: line)
  }

  public var problems: [SettingProblem] { return pool.problems }

  public func apply(to x: Tensor) -> Tensor {
    maxPool2d(x, window: pool.window, stride: pool.stride, padding: pool.padding)
  }
}
