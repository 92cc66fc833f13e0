/// The errors of a function of sixteen numbers against one in double precision, at every 101st of all 2^32
/// numbers, by their bits.
public enum VectorErrors {
  private static let step = 101 as UInt32

  // Calls `body` with each argument and the function's result.
  private static func forEachNumber(
    _ function: (SIMD16<Float>) -> SIMD16<Float>, _ body: (_ x: Float, _ y: Float) -> Void
  ) {
    for first in stride(from: 0, through: UInt32.max - 16 * step, by: 16 * Int(step)) {
      var x = SIMD16<Float>()
      for lane in 0..<16 { x[lane] = Float(bitPattern: first + UInt32(lane) * step) }
      let y = function(x)
      for lane in 0..<16 { body(x[lane], y[lane]) }
    }
  }

  /// Returns the largest error in units of the last place; infinite if an infinity or NaN differs.
  public static func worstUnits(
    _ function: (SIMD16<Float>) -> SIMD16<Float>, _ exact: (Double) -> Double
  ) -> (units: Double, x: Float) {
    var worst = (units: 0.0, x: 0 as Float)
    forEachNumber(function) { x, y in
      let expected = exact(Double(x))
      let rounded = Float(expected)
      if rounded.isNaN || rounded.isInfinite || y.isNaN || y.isInfinite {
        // Where the result overflows, the last number below is as good.
        let isSame = rounded.isNaN ? y.isNaN : y == rounded || Swift.abs(expected) > 3.40282356e38
        if !isSame { worst = (.infinity, x) }
        return
      }
      let unit = Double(max(Swift.abs(rounded), .leastNormalMagnitude).ulp)
      let units = Swift.abs(Double(y) - expected) / unit
      if units > worst.units { worst = (units, x) }
    }
    return worst
  }

  /// Returns the largest error, relative to a magnitude over 1; infinite if the result of a large number
  /// differs.
  public static func worstError(
    _ function: (SIMD16<Float>) -> SIMD16<Float>, _ exact: (Double) -> Double
  ) -> (error: Double, x: Float) {
    var worst = (error: 0.0, x: 0 as Float)
    forEachNumber(function) { x, y in
      let expected = exact(Double(x))
      if !x.isFinite || Swift.abs(x) > 1e6 {
        if expected.isNaN ? !y.isNaN : y != Float(expected) { worst = (.infinity, x) }
        return
      }
      let error = Swift.abs(Double(y) - expected) / max(1, Swift.abs(expected))
      if !(error <= worst.error) { worst = (error, x) }
    }
    return worst
  }
}
