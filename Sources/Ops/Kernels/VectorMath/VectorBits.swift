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
  Float.larger(x, Lanes<Float>(repeating: bound))
}

/// Returns the smaller of each number and a bound; NaN stays.
@inline(always)
func vector(_ x: Lanes<Float>, atMost bound: Float) -> Lanes<Float> {
  Float.smaller(x, Lanes<Float>(repeating: bound))
}

/// Returns `value * x + coefficient`, rounded once: a step of Horner's method.
@inline(always)
func step(_ value: Lanes<Float>, _ x: Lanes<Float>, _ coefficient: Float) -> Lanes<Float> {
  Lanes<Float>(repeating: coefficient).addingProduct(value, x)
}
