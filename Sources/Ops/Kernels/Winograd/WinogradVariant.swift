/// The one-dimensional transforms of Winograd's minimal filtering F(m x m, 3 x 3) (Lavin and Gray 2016), on
/// vectors of channels. With `side` points, a convolution is `A' [(G g G') * (B' d B)] A`.
///
/// Each function reads its vectors by `d` and passes its results to `put`, by index, so that the caller
/// decides where they are stored.
protocol WinogradVariant {
  /// m, the side of a tile's square of outputs.
  static var outputs: Int { get }
  /// The number of points per line: m + 2 for arbitrary inputs.
  static var side: Int { get }
  /// The inputs per line that are read, of m + 2; the others are 0.
  static var inputs: Range<Int> { get }

  /// B' d: the inputs to `side` points.
  static func input(_ d: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void)
  /// G g: 3 weights to `side` points.
  static func weight(_ g: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void)
  /// A' m: `side` points to m outputs.
  static func output(_ m: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void)
  /// A y, the adjoint of `output`: m values to `side` points.
  static func outputAdjoint(_ y: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void)
  /// G' u, the adjoint of `weight`: `side` points to 3 values.
  static func weightAdjoint(_ u: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void)
}

extension WinogradVariant {
  static var side: Int { outputs + 2 }
  static var inputs: Range<Int> { 0..<outputs + 2 }
  /// The number of points, each of which is a matrix product.
  static var points: Int { side * side }
}

/// F(2 x 2, 3 x 3): 16 products for 4 outputs, 2.25 times fewer than directly.
enum WinogradF2: WinogradVariant {
  static var outputs: Int { 2 }

  @inline(__always)
  static func input(_ d: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (d0, d1, d2, d3) = (d(0), d(1), d(2), d(3))
    put(0, d0 - d2)
    put(1, d1 + d2)
    put(2, d2 - d1)
    put(3, d1 - d3)
  }

  @inline(__always)
  static func weight(_ g: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (g0, g1, g2) = (g(0), g(1), g(2))
    let (half, middle) = ((g0 + g2) * 0.5, g1 * 0.5)
    put(0, g0)
    put(1, half + middle)
    put(2, half - middle)
    put(3, g2)
  }

  @inline(__always)
  static func output(_ m: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (m0, m1, m2, m3) = (m(0), m(1), m(2), m(3))
    put(0, m0 + m1 + m2)
    put(1, m1 - m2 - m3)
  }

  @inline(__always)
  static func outputAdjoint(_ y: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (y0, y1) = (y(0), y(1))
    put(0, y0)
    put(1, y0 + y1)
    put(2, y0 - y1)
    put(3, -y1)
  }

  @inline(__always)
  static func weightAdjoint(_ u: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (u0, u1, u2, u3) = (u(0), u(1), u(2), u(3))
    let (sum, difference) = ((u1 + u2) * 0.5, (u1 - u2) * 0.5)
    put(0, u0 + sum)
    put(1, difference)
    put(2, sum + u3)
  }
}

/// F(2 x 2, 3 x 3) for a map that is a single tile with a padding of 1: 9 products for 4 outputs. In one
/// dimension the outputs are `w1 x1 + w2 x2` and `w0 x1 + w1 x2`, a Toeplitz matrix times a vector, which
/// takes 3 products (Winograd 1980).
enum WinogradF2Map: WinogradVariant {
  static var outputs: Int { 2 }
  static var side: Int { 3 }
  static var inputs: Range<Int> { 1..<3 }

  @inline(__always)
  static func input(_ d: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (d1, d2) = (d(1), d(2))
    put(0, d1 + d2)
    put(1, d2)
    put(2, d1)
  }

  @inline(__always)
  static func weight(_ g: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (g0, g1, g2) = (g(0), g(1), g(2))
    put(0, g1)
    put(1, g2 - g1)
    put(2, g0 - g1)
  }

  @inline(__always)
  static func output(_ m: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (m0, m1, m2) = (m(0), m(1), m(2))
    put(0, m0 + m1)
    put(1, m0 + m2)
  }

  @inline(__always)
  static func outputAdjoint(_ y: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (y0, y1) = (y(0), y(1))
    put(0, y0 + y1)
    put(1, y0)
    put(2, y1)
  }

  @inline(__always)
  static func weightAdjoint(_ u: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (u0, u1, u2) = (u(0), u(1), u(2))
    put(0, u2)
    put(1, u0 - u1 - u2)
    put(2, u1)
  }
}

/// F(4 x 4, 3 x 3): 36 products for 16 outputs, 4 times fewer than directly.
enum WinogradF4: WinogradVariant {
  static var outputs: Int { 4 }

  @inline(__always)
  static func input(_ d: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (d0, d1, d2, d3, d4, d5) = (d(0), d(1), d(2), d(3), d(4), d(5))
    let (even, odd) = (d4.addingProduct(-4, d2), d3.addingProduct(-4, d1))
    let (close, side) = (d4 - d2, d3 - d1)
    put(0, d4.addingProduct(4, d0).addingProduct(-5, d2))
    put(1, even + odd)
    put(2, even - odd)
    put(3, close.addingProduct(2, side))
    put(4, close.addingProduct(-2, side))
    put(5, d5.addingProduct(4, d1).addingProduct(-5, d3))
  }

  @inline(__always)
  static func weight(_ g: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (g0, g1, g2) = (g(0), g(1), g(2))
    let (outer, middle) = ((g0 + g2) * (-1.0 / 6), g1 * (1.0 / 6))
    let (far, center) = (g0 * (1.0 / 24) + g2 * (1.0 / 6), g1 * (1.0 / 12))
    put(0, g0 * 0.25)
    put(1, outer - middle)
    put(2, outer + middle)
    put(3, far + center)
    put(4, far - center)
    put(5, g2)
  }

  @inline(__always)
  static func output(_ m: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (m0, m1, m2, m3, m4, m5) = (m(0), m(1), m(2), m(3), m(4), m(5))
    let (sum, difference) = (m1 + m2, m1 - m2)
    let (farSum, farDifference) = (m3 + m4, m3 - m4)
    put(0, m0 + sum + farSum)
    put(1, difference.addingProduct(2, farDifference))
    put(2, sum.addingProduct(4, farSum))
    put(3, (difference + m5).addingProduct(8, farDifference))
  }

  @inline(__always)
  static func outputAdjoint(_ y: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (y0, y1, y2, y3) = (y(0), y(1), y(2), y(3))
    let (even, odd) = (y0 + y2, y1 + y3)
    let (farEven, farOdd) = (y0.addingProduct(4, y2), (2 * y1).addingProduct(8, y3))
    put(0, y0)
    put(1, even + odd)
    put(2, even - odd)
    put(3, farEven + farOdd)
    put(4, farEven - farOdd)
    put(5, y3)
  }

  @inline(__always)
  static func weightAdjoint(_ u: (Int) -> Lanes<Float>, _ put: (Int, Lanes<Float>) -> Void) {
    let (u0, u1, u2, u3, u4, u5) = (u(0), u(1), u(2), u(3), u(4), u(5))
    let (sum, difference) = (u1 + u2, u2 - u1)
    let (farSum, farDifference) = (u3 + u4, u3 - u4)
    put(0, u0 * 0.25 - sum * (1.0 / 6) + farSum * (1.0 / 24))
    put(1, difference * (1.0 / 6) + farDifference * (1.0 / 12))
    put(2, (farSum - sum) * (1.0 / 6) + u5)
  }
}
