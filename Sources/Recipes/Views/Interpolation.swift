/// The interpolation kernel for resizing, antialiased like PIL and torchvision's `antialias=True`: it has its
/// nominal width when enlarging, and is stretched by the scale when reducing.
public enum Interpolation: String, Sendable, CaseIterable {
  /// A triangle, two pixels wide.
  case bilinear
  /// The cubic convolution of Keys (1981) with a = -1/2, four pixels wide: sharper, with overshoot at edges,
  /// which is clipped to [0, 1].
  case bicubic

  /// The kernel's radius in pixels.
  var support: Double {
    switch self {
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  /// Whether results can exceed the range of their source pixels.
  var overshoots: Bool { self == .bicubic }

  /// Returns the weight of a pixel at distance `x` from the kernel's center.
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
