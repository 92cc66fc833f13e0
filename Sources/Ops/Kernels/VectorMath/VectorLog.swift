/// Returns the natural logarithm of sixteen numbers within 0.9 units in the last place, for every x:
/// -infinity for 0, and NaN below.
///
/// x is 2^n m with m from sqrt(1/2) to sqrt(2), and log m = f - f^2 / 2 + f^3 p(f) with f = m - 1 and p
/// fitted to minimize the largest relative error.
@inline(always)
func vectorLog(_ x: Lanes<Float>) -> Lanes<Float> {
  // Subnormal numbers are scaled by 2^24.
  let least = Lanes<Float>(repeating: .leastNormalMagnitude)
  let scaled = Float.whereLess(x, least, x * 0x1p24, x)
  let n = (bits(of: scaled) &- 0x3F35_04F3) &>> 23
  let f = numbers(of: bits(of: scaled) &- (n &<< 23)) - 1
  // An integer as a number, by the low bits of one without fractional bits.
  let whole: Float = 0x1.8p23
  let exponent = numbers(of: n &+ 0x4B40_0000) - whole
  let unscaled = Float.whereLess(x, least, exponent - 24, exponent)
  var p = Lanes<Float>(repeating: -0x1.38c91p-4)
  p = step(p, f, 0x1.055e98p-3)
  p = step(p, f, -0x1.0d824ap-3)
  p = step(p, f, 0x1.22d932p-3)
  p = step(p, f, -0x1.54728ap-3)
  p = step(p, f, 0x1.99a01cp-3)
  p = step(p, f, -0x1.000226p-2)
  p = step(p, f, 0x1.555554p-2)
  let square = f * f
  // ln 2 in two parts, the first with few enough digits that its product with n is exact.
  var result =
    (unscaled * 0x1.7f7d1cp-20).addingProduct(p, f * square)
    .addingProduct(square, Lanes<Float>(repeating: -0.5)) + f
  result.addProduct(unscaled, Lanes<Float>(repeating: 0x1.62e4p-1))
  let zero = Lanes<Float>()
  result = Float.whereEqual(x, zero, Lanes<Float>(repeating: -.infinity), result)
  result = Float.whereLess(x, zero, Lanes<Float>(repeating: .nan), result)
  // Infinity and NaN stay.
  return Float.whereLess(x, Lanes<Float>(repeating: .infinity), result, x)
}
