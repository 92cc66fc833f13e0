/// Returns the Gaussian error linear unit of sixteen numbers, x times the standard normal distribution
/// function at x, within 1e-7; relative to the result within 9 units in the last place, in the tail too.
@inline(always)
func vectorGELU(_ x: Lanes<Float>) -> Lanes<Float> {
  let t = vector(vectorMagnitude(x), atMost: 15)
  let (factor, exponential) = normalTail(t)
  // max(x, 0) - |x| Phi(-|x|). The exponential comes first, as a small t times the factor would underflow.
  return vector(x, atLeast: 0).addingProduct(-t * exponential, factor)
}

/// Returns the derivative of the Gaussian error linear unit of sixteen numbers, Phi(x) + x phi(x), within
/// 1.8e-7.
@inline(always)
func vectorGELUSlope(_ x: Lanes<Float>) -> Lanes<Float> {
  let (factor, exponential) = normalTail(vector(vectorMagnitude(x), atMost: 15))
  let tail = factor * exponential
  let distribution = (1 - tail).replacing(with: tail, where: x .< Lanes<Float>())
  let bounded = vector(vector(x, atLeast: -15), atMost: 15)
  // 1 / sqrt(2 pi)
  return distribution.addingProduct(bounded * (0x1.988454p-2 * unit), exponential)
}

// The factor of a tail has the unit 2^-64 and the exponential 2^64, so that 2^n is a normal number.
private let unit: Float = 0x1p-64

/// Returns Phi(-t), t from 0 to 15, as a factor of e^(-t^2 / 2), and that, in the units above.
///
/// The factor is a polynomial of (t - 3) / (t + 3). With n + f = -t^2 / (2 ln 2) and |f| <= 1/2, the
/// exponential is 2^n p(f). The fused products leave in f what rounding t^2 and the logarithm would lose,
/// which the power would magnify. Both polynomials are fitted to minimize the largest relative error.
@inline(always)
private func normalTail(_ t: Lanes<Float>) -> (factor: Lanes<Float>, exponential: Lanes<Float>) {
  let square = t * t
  let rest = (-square).addingProduct(t, t)
  // -1 / (2 ln 2) in two parts.
  let scale = Lanes<Float>(repeating: -0x1.715476p-1)
  let scaleRest = Lanes<Float>(repeating: -0x1.4ae0cp-27)
  // Floats of this size have no fractional bits: the low bits of the sum are n + 64.
  let whole: Float = 0x1.80008p23
  let rounded = Lanes<Float>(repeating: whole).addingProduct(square, scale)
  let f = (whole - rounded).addingProduct(square, scale).addingProduct(square, scaleRest).addingProduct(
    rest, scale)
  var power = Lanes<Float>(repeating: 0x1.41788ap-13)
  power = step(power, f, 0x1.5f094ap-10)
  power = step(power, f, 0x1.3b2dd4p-7)
  power = step(power, f, 0x1.c6af7ap-5)
  power = step(power, f, 0x1.ebfbdcp-3)
  power = step(power, f, 0x1.62e43p-1)
  power = step(power, f, 1)
  let exponential = numbers(of: bits(of: power) &+ (bits(of: rounded) &<< 23))
  let quotient = (t - 3) / (t + 3)
  var factor = Lanes<Float>(repeating: -0x1.aadfc8p-18 * unit)
  factor = step(factor, quotient, -0x1.07dabap-17 * unit)
  factor = step(factor, quotient, 0x1.feb83p-15 * unit)
  factor = step(factor, quotient, 0x1.060876p-13 * unit)
  factor = step(factor, quotient, -0x1.679244p-12 * unit)
  factor = step(factor, quotient, -0x1.02ec4ep-10 * unit)
  factor = step(factor, quotient, 0x1.7cd2fp-9 * unit)
  factor = step(factor, quotient, 0x1.91ea2p-8 * unit)
  factor = step(factor, quotient, -0x1.7a948ap-5 * unit)
  factor = step(factor, quotient, 0x1.f8bac6p-4 * unit)
  factor = step(factor, quotient, -0x1.a6b66ap-3 * unit)
  factor = step(factor, quotient, 0x1.f1b89cp-4 * unit)
  return (factor, exponential)
}
