import OpenBLAS

/// Returns the natural logarithm of sixteen numbers within 0.9 units in the last place, for every x:
/// -infinity for 0, and NaN below.
///
/// x is 2^n m with m from sqrt(1/2) to sqrt(2), and log m = f - f^2 / 2 + f^3 p(f) with f = m - 1 and p
/// fitted to minimize the largest relative error.
@inline(always)
func vectorLog(_ x: Lanes<Float>) -> Lanes<Float> {
  let (exponent, mantissa) = (loupe_exponent(x), loupe_mantissa(x))
  let root = Lanes<Float>(repeating: 0x1.6a09e6p0)
  let n = Float.whereLess(mantissa, root, exponent, exponent + 1)
  let f = Float.whereLess(mantissa, root, mantissa, mantissa * 0.5) - 1
  var p = Lanes<Float>(repeating: -0x1.38c91p-4)
  p = step(p, f, 0x1.055e98p-3)
  p = step(p, f, -0x1.0d824ap-3)
  p = step(p, f, 0x1.22d932p-3)
  p = step(p, f, -0x1.54728ap-3)
  p = step(p, f, 0x1.99a01cp-3)
  p = step(p, f, -0x1.000226p-2)
  p = step(p, f, 0x1.555554p-2)
  p = step(p, f, -0.5)
  // ln 2 in two parts, the first with few enough digits that its product with n is exact.
  let rest = (n * 0x1.7f7d1cp-20).addingProduct(p, f * f)
  return (rest + f).addingProduct(n, Lanes<Float>(repeating: 0x1.62e4p-1))
}
