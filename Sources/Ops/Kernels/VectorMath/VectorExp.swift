import OpenBLAS

/// Returns e^x of sixteen numbers within 1.1 units in the last place, for every x: 0 or infinity where the
/// result underflows or overflows, and NaN for NaN.
///
/// With x = n ln 2 + r, e^r is 1 + r + r^2 q(r), with q fitted in fifty digits to minimize the largest
/// relative error, 3e-9.
@inline(always)
func vectorExp(_ x: Lanes<Float>) -> Lanes<Float> {
  let (n, r) = dividedByLogOfTwo(vector(vector(x, atLeast: -104), atMost: 89))
  var q = Lanes<Float>(repeating: 0x1.6a4d76p-10)
  q = step(q, r, 0x1.12398ep-7)
  q = step(q, r, 0x1.5558bp-5)
  q = step(q, r, 0x1.555492p-3)
  q = step(q, r, 0x1.fffffcp-2)
  return loupe_scaled(r.addingProduct(q, r * r) + 1, n)
}

/// Returns n and r of sixteen numbers x = n ln 2 + r, with n whole and |r| <= ln 2 / 2 (Cody and Waite 1980).
@inline(always)
func dividedByLogOfTwo(_ x: Lanes<Float>) -> (n: Lanes<Float>, r: Lanes<Float>) {
  // Floats of this size have no fractional bits: adding it rounds to an integer.
  let whole: Float = 0x1.8p23
  let n = Lanes<Float>(repeating: whole).addingProduct(x, Lanes<Float>(repeating: 0x1.715476p0)) - whole
  // ln 2 in two parts, the first with few enough digits that its product with n is exact.
  let r = x.addingProduct(n, Lanes<Float>(repeating: -0x1.62e4p-1)).addingProduct(
    n, Lanes<Float>(repeating: -0x1.7f7d1cp-20))
  return (n, r)
}
