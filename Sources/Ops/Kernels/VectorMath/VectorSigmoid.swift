/// Returns the logistic function of sixteen numbers within 2.5 units in the last place, for every x.
///
/// Below 0 it is e^x / (1 + e^x), so that small results are as exact as others.
@inline(always)
func vectorSigmoid(_ x: Lanes<Float>) -> Lanes<Float> {
  let e = vectorExp(-vectorMagnitude(x))
  return Float.whereLess(x, Lanes<Float>(), e, Lanes<Float>(repeating: 1)) / (1 + e)
}
