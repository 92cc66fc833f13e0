/// Max pooling of `[N, H, W, C]`; padding never wins.
public struct MaxPool: Layer {
  /// The pixels added around the images.
  public enum Padding: Hashable, Sendable, ExpressibleByIntegerLiteral {
    /// As many on each side.
    case pixels(Int)
    /// TensorFlow's `SAME`: so many that there are `H / stride` windows, rounded up; of an odd number, the
    /// larger half is below and to the right.
    case same

    public init(integerLiteral pixels: Int) { self = .pixels(pixels) }
  }

  private let window: Int
  private let stride: Int?
  private let padding: Padding
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a pool of `window` by `window`; the default stride is the window.
  ///
  /// - Parameters:
  ///   - window: The window's height and width in pixels.
  ///   - stride: The distance of windows in both directions; `window` if nil.
  ///   - padding: The pixels added around the images, such as `1` for one on each side.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    _ window: Int, stride: Int? = nil, padding: Padding = 0, file: StaticString = #fileID, line: Int = #line
  ) {
    (self.window, self.stride, self.padding) = (window, stride, padding)
    location = SourceLocation(file: file, line: line)
  }

  public var problems: [SettingProblem] {
    let pixels = if case .pixels(let pixels) = padding { pixels } else { 0 }
    return PoolWindow(window: window, stride: stride, padding: pixels).problems
  }

  public func apply(to x: Tensor) -> Tensor {
    switch padding {
    case .pixels(let pixels): maxPool2d(x, window: window, stride: stride, padding: pixels)
    case .same where x.shape.rank == 4:
      maxPool2d(x, .same(window, stride: stride, height: x.shape[1], width: x.shape[2]))
    case .same: maxPool2d(x, window: window, stride: stride)
    }
  }
}
