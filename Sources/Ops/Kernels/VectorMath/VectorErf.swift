/// Returns the error function of sixteen numbers within 1.1 units in the last place, for every x.
///
/// Below 0.93 it is x + x p(x^2); above, 1 - e^(x q(x) - x), and 1 beyond 4. p and q are fitted to minimize
/// the largest relative error.
@inline(always)
func vectorErf(_ x: Lanes<Float>) -> Lanes<Float> {
  let t = vectorMagnitude(x)
  let square = x * x
  var p = Lanes<Float>(repeating: 0x1.4f676p-14)
  p = step(p, square, -0x1.a60a2ep-11)
  p = step(p, square, 0x1.544a1ap-8)
  p = step(p, square, -0x1.b8011ap-6)
  p = step(p, square, 0x1.ce2d64p-4)
  p = step(p, square, -0x1.81274p-2)
  p = step(p, square, 0x1.06eba8p-3)
  let small = x.addingProduct(p, x)
  let bounded = vector(t, atMost: 4)
  var q = Lanes<Float>(repeating: -0x1.5df8b6p-17)
  q = step(q, bounded, 0x1.4a2176p-12)
  q = step(q, bounded, -0x1.d93552p-9)
  q = step(q, bounded, 0x1.84360ap-6)
  q = step(q, bounded, -0x1.b2d3d8p-4)
  q = step(q, bounded, -0x1.4538acp-1)
  q = step(q, bounded, -0x1.0772e2p-3)
  let large = 1 - vectorExp((-bounded).addingProduct(q, bounded))
  return Float.whereLess(t, Lanes<Float>(repeating: 0.93), small, vector(large, withSignsOf: x))
}
