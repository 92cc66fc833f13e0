/// Layers whose result is added to what went into them (He et al. 2016).
///
/// Where the layers change the shape, the shortcut is there to change it too; where they keep it, their input
/// is added as it is and the shortcut is left out (option B of the paper). The layers are named as if they
/// were written in the layer around, the shortcut's `downsample.0`, `downsample.1`.
public struct Residual: Layer {
  private let main: LayerSequence
  private let shortcut: LayerSequence
  @Incidental public private(set) var location: SourceLocation?

  /// Layers, and a shortcut for where they change the shape.
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
    // A branch that has a mistake leaves the other to go on with: they are to have the same shape.
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
