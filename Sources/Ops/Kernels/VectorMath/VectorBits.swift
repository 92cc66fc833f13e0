// What vectors of sixteen numbers are compiled to in one instruction: arithmetic, shifts, comparisons of two
// vectors and a choice by one. Comparisons of integers with a literal, complements of a mask and `max()` go
// lane by lane.

/// The bits of sixteen numbers.
typealias LaneBits = SIMD16<Int32>

@inline(always)
func bits(of x: Lanes<Float>) -> LaneBits { unsafeBitCast(x, to: LaneBits.self) }

@inline(always)
func numbers(of bits: LaneBits) -> Lanes<Float> { unsafeBitCast(bits, to: Lanes<Float>.self) }

@inline(always)
func vectorMagnitude(_ x: Lanes<Float>) -> Lanes<Float> { numbers(of: bits(of: x) & 0x7FFF_FFFF) }

/// Returns numbers with the signs of others.
@inline(always)
func vector(_ magnitude: Lanes<Float>, withSignsOf x: Lanes<Float>) -> Lanes<Float> {
  numbers(of: bits(of: magnitude) | (bits(of: x) & Int32.min))
}

/// Returns the larger of each number and a bound; NaN stays.
@inline(always)
func vector(_ x: Lanes<Float>, atLeast bound: Float) -> Lanes<Float> {
  x.replacing(with: Lanes(repeating: bound), where: x .< Lanes(repeating: bound))
}

/// Returns the smaller of each number and a bound; NaN stays.
@inline(always)
func vector(_ x: Lanes<Float>, atMost bound: Float) -> Lanes<Float> {
  x.replacing(with: Lanes(repeating: bound), where: x .> Lanes(repeating: bound))
}

/// Returns a polynomial of each number, by its coefficients from the highest power to the lowest, with fused
/// multiply-adds (Horner).
@inline(always)
func vectorPolynomial(_ x: Lanes<Float>, _ coefficients: Float...) -> Lanes<Float> {
  var value = Lanes<Float>(repeating: coefficients[0])
  for coefficient in coefficients.dropFirst() {
    value = Lanes<Float>(repeating: coefficient).addingProduct(value, x)
  }
  return value
}
