/// How the pixels between those of an image are made up when it is resized, antialiased as PIL and
/// torchvision's `antialias=True` do: the kernel is as wide as its name says when enlarging, and stretched by
/// the scale when reducing.
public enum Interpolation: String, Sendable, CaseIterable {
  /// A triangle, two pixels wide.
  case bilinear
  /// The cubic convolution of Keys (1981) with a = -1/2, four pixels wide: sharper, with overshoot beside
  /// edges, which is cut off at 0 and 1.
  case bicubic

  /// How far the kernel reaches from its middle, in pixels.
  var support: Double {
    switch self {
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  /// Whether results can lie outside the range of the pixels they are made of.
  var overshoots: Bool { self == .bicubic }

  /// The weight of a pixel at a distance of `x` from the middle of the kernel.
  func weight(at x: Double) -> Double {
    let x = abs(x)
    switch self {
    case .bilinear: return max(0, 1 - x)
    case .bicubic:
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
    }
  }
}
