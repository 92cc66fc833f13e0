/// Average pooling of `[N, H, W, C]`; padding counts as zeros.
public struct AveragePool: Layer {
  let window: Int
  let stride: Int?
  let padding: Int
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a pool of `window` by `window`; the default stride is the window.
  public init(
    _ window: Int, stride: Int? = nil, padding: Int = 0, file: StaticString = #fileID, line: Int = #line
  ) {
    self.window = window
    self.stride = stride
    self.padding = padding
    location = SourceLocation(file: file, line: line)
  }

  public var problems: [SettingProblem] {
    Check.count("window", window)
    if let stride { Check.count("stride", stride) }
    Check.count("padding", padding, atLeast: 0)
  }

  public func apply(to x: Tensor) -> Tensor {
    averagePool2d(x, window: window, stride: stride, padding: padding)
  }
}
