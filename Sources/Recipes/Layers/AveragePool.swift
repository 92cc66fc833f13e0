/// Average pooling of `[N, H, W, C]`; padding counts as zeros.
public struct AveragePool: Layer {
  private let pool: PoolWindow
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a pool of `window` by `window`; the default stride is the window.
  ///
  /// - Parameters:
  ///   - window: The window's height and width in pixels.
  ///   - stride: The distance of windows in both directions; `window` if nil.
  ///   - padding: The number of pixels added on each side.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    _ window: Int, stride: Int? = nil, padding: Int = 0, file: StaticString = #fileID, line: Int = #line
  ) {
    pool = PoolWindow(window: window, stride: stride, padding: padding)
    location = SourceLocation(file: file, line: line)
  }

  public var problems: [SettingProblem] { return pool.problems }

  public func apply(to x: Tensor) -> Tensor {
    averagePool2d(x, window: pool.window, stride: pool.stride, padding: pool.padding)
  }
}
