/// A residual connection: layers and their input, added (He et al. 2016).
///
/// If the layers change the shape, the shortcut projects the input; otherwise the input is added as it is and
/// the shortcut is omitted (option B of the paper). The layers are named as if they were in the enclosing
/// layer, the shortcut's `downsample.0`, `downsample.1`.
public struct Residual: Layer {
  private let main: LayerSequence
  private let shortcut: LayerSequence
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a residual connection, with a shortcut for the case that the layers change the shape.
  ///
  /// - Parameters:
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  ///   - main: The layers.
  ///   - shortcut: The layers that project the input where the shape changes.
  public init(
    file: StaticString = #fileID, line: Int = #line, @LayerBuilder _ main: () -> LayerSequence,
    @LayerBuilder shortcut: () -> LayerSequence = { LayerSequence([]) }
  ) {
    self.main = main()
    self.shortcut = shortcut()
    location = SourceLocation(file: file, line: line)
  }

  public var isTransparent: Bool { true }
  public var parts: [any Checkable] { [main, shortcut] }

  public func apply(to x: Tensor) -> Tensor {
    let y = main(x)
    if y.isKnown, y.type == x.type { return y + x }
    let short = shortcut.layers.isEmpty ? x : Sequential { shortcut }.named("downsample")(x)
    // If one branch has an error, the other one is used, as both should have the same shape.
    guard y.isKnown else { return short }
    guard short.isKnown else { return y }
    guard y.type == short.type else {
      return x.graph.report(
        ShapeError(
          "The two branches of a residual connection differ in shape.",
          expected: "\(y.shape) from the shortcut, as the layers compute", found: "\(short.shape)",
          assuming: y.type))
    }
    return y + short
  }
}
