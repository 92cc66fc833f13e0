/// The transforms of Winograd's minimal filtering F(m x m, 3 x 3) in one dimension (Lavin and Gray 2016), on vectors
/// of channels. With `taps` = m + 2 points, a convolution is `A' [(G g G') * (B' d B)] A`.
///
/// Each function reads vectors `a` apart and writes them `b` apart.
protocol WinogradVariant {
  /// m: the side of the square of outputs that a tile gives.
  static var outputs: Int { get }

  /// B' d: `taps` inputs to `taps` points.
  static func input(
    _ d: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int)
  /// G g: 3 weights to `taps` points.
  static func weight(
    _ g: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int)
  /// A' m: `taps` points to m outputs.
  static func output(
    _ m: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int)
  /// A y, the adjoint of `output`: m values to `taps` points.
  static func outputAdjoint(
    _ y: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int)
  /// G' u, the adjoint of `weight`: `taps` points to 3 values.
  static func weightAdjoint(
    _ u: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int)
}

extension WinogradVariant {
  /// The side of the square of inputs that a tile reads.
  static var taps: Int { outputs + 2 }
  /// The number of points, each of which is a matrix product.
  static var points: Int { taps * taps }
}

/// F(2 x 2, 3 x 3): 16 products for 4 outputs, 2.25 times fewer than directly.
enum WinogradF2: WinogradVariant {
  static var outputs: Int { 2 }

  @inline(__always)
  static func input(
    _ d: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int
  ) {
    let (d0, d1, d2, d3) = (d[0], d[a], d[2 * a], d[3 * a])
    r[0] = d0 - d2
    r[b] = d1 + d2
    r[2 * b] = d2 - d1
    r[3 * b] = d1 - d3
  }

  @inline(__always)
  static func weight(
    _ g: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int
  ) {
    let half = (g[0] + g[2 * a]) * 0.5
    let middle = g[a] * 0.5
    r[0] = g[0]
    r[b] = half + middle
    r[2 * b] = half - middle
    r[3 * b] = g[2 * a]
  }

  @inline(__always)
  static func output(
    _ m: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int
  ) {
    let (m0, m1, m2, m3) = (m[0], m[a], m[2 * a], m[3 * a])
    r[0] = m0 + m1 + m2
    r[b] = m1 - m2 - m3
  }

  @inline(__always)
  static func outputAdjoint(
    _ y: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int
  ) {
    let (y0, y1) = (y[0], y[a])
    r[0] = y0
    r[b] = y0 + y1
    r[2 * b] = y0 - y1
    r[3 * b] = -y1
  }

  @inline(__always)
  static func weightAdjoint(
    _ u: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int
  ) {
    let (sum, difference) = ((u[a] + u[2 * a]) * 0.5, (u[a] - u[2 * a]) * 0.5)
    r[0] = u[0] + sum
    r[b] = difference
    r[2 * b] = sum + u[3 * a]
  }
}

/// F(4 x 4, 3 x 3): 36 products for 16 outputs, 4 times fewer than directly.
enum WinogradF4: WinogradVariant {
  static var outputs: Int { 4 }

  @inline(__always)
  static func input(
    _ d: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int
  ) {
    let (d0, d1, d2) = (d[0], d[a], d[2 * a])
    let (d3, d4, d5) = (d[3 * a], d[4 * a], d[5 * a])
    let (even, odd) = (d4 - 4 * d2, d3 - 4 * d1)
    let (close, twice) = (d4 - d2, 2 * (d3 - d1))
    r[0] = 4 * d0 - 5 * d2 + d4
    r[b] = even + odd
    r[2 * b] = even - odd
    r[3 * b] = close + twice
    r[4 * b] = close - twice
    r[5 * b] = 4 * d1 - 5 * d3 + d5
  }

  @inline(__always)
  static func weight(
    _ g: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int
  ) {
    let (g0, g1, g2) = (g[0], g[a], g[2 * a])
    let (outer, middle) = ((g0 + g2) * (-1.0 / 6), g1 * (1.0 / 6))
    let (far, center) = (g0 * (1.0 / 24) + g2 * (1.0 / 6), g1 * (1.0 / 12))
    r[0] = g0 * 0.25
    r[b] = outer - middle
    r[2 * b] = outer + middle
    r[3 * b] = far + center
    r[4 * b] = far - center
    r[5 * b] = g2
  }

  @inline(__always)
  static func output(
    _ m: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int
  ) {
    let (sum, difference) = (m[a] + m[2 * a], m[a] - m[2 * a])
    let (farSum, farDifference) = (m[3 * a] + m[4 * a], m[3 * a] - m[4 * a])
    r[0] = m[0] + sum + farSum
    r[b] = difference + 2 * farDifference
    r[2 * b] = sum + 4 * farSum
    r[3 * b] = difference + 8 * farDifference + m[5 * a]
  }

  @inline(__always)
  static func outputAdjoint(
    _ y: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int
  ) {
    let (y0, y1, y2, y3) = (y[0], y[a], y[2 * a], y[3 * a])
    let (even, odd) = (y0 + y2, y1 + y3)
    let (farEven, farOdd) = (y0 + 4 * y2, 2 * y1 + 8 * y3)
    r[0] = y0
    r[b] = even + odd
    r[2 * b] = even - odd
    r[3 * b] = farEven + farOdd
    r[4 * b] = farEven - farOdd
    r[5 * b] = y3
  }

  @inline(__always)
  static func weightAdjoint(
    _ u: UnsafePointer<Lanes<Float>>, _ a: Int, _ r: UnsafeMutablePointer<Lanes<Float>>, _ b: Int
  ) {
    let (sum, difference) = (u[a] + u[2 * a], u[2 * a] - u[a])
    let (farSum, farDifference) = (u[3 * a] + u[4 * a], u[3 * a] - u[4 * a])
    r[0] = u[0] * 0.25 - sum * (1.0 / 6) + farSum * (1.0 / 24)
    r[b] = difference * (1.0 / 6) + farDifference * (1.0 / 12)
    r[2 * b] = (farSum - sum) * (1.0 / 6) + u[5 * a]
  }
}
