import OpenBLAS

/// A number in bfloat16, the upper half of a `Float`: its range with 8 bits of precision.
package struct BFloat16: Sendable, BitwiseCopyable {
  package var bits: UInt16

  package init(bits: UInt16) { self.bits = bits }

  /// Rounds a number to nearest, ties to even.
  package init(_ x: Float) { bits = BFloat16Vector.roundedInSoftware(Lanes<Float>(repeating: x))[0] }

  /// The same number.
  package var number: Float { Float(bitPattern: UInt32(bits) << 16) }
}

/// Conversions of sixteen numbers. Subnormal numbers are rounded to zero.
enum BFloat16Vector {
  typealias Bits = SIMD16<UInt16>

  /// Whether the processor that the program is compiled for has instructions for bfloat16.
  @inline(__always)
  static var hasInstructions: Bool { LOUPE_HAS_BFLOAT16 != 0 }

  @inline(__always)
  static func widened(_ bits: Bits) -> Lanes<Float> {
    unsafeBitCast(loupe_widened(bits) &<< 16, to: Lanes<Float>.self)
  }

  /// Rounds to nearest, ties to even.
  @inline(__always)
  static func rounded(_ x: Lanes<Float>) -> Bits { hasInstructions ? loupe_rounded(x) : roundedInSoftware(x) }

  /// Rounds to the bits of the instruction.
  @inline(__always)
  static func roundedInSoftware(_ x: Lanes<Float>) -> Bits {
    let bits = unsafeBitCast(x, to: SIMD16<UInt32>.self)
    let magnitude = bits & 0x7FFF_FFFF
    var value = bits &+ 0x7FFF &+ ((bits &>> 16) & 1)
    // Comparisons with a literal would go lane by lane.
    value.replace(with: bits & 0x8000_0000, where: magnitude .< SIMD16<UInt32>(repeating: 0x0080_0000))
    value.replace(with: bits | 0x0040_0000, where: magnitude .> SIMD16<UInt32>(repeating: 0x7F80_0000))
    return loupe_narrowed(value &>> 16)
  }
}

/// Loads sixteen numbers.
@inline(__always)
func load(_ pointer: UnsafePointer<BFloat16>) -> Lanes<Float> {
  BFloat16Vector.widened(WholeVector().load(pointer))
}

/// Rounds and stores sixteen numbers.
@inline(__always)
func store(_ value: Lanes<Float>, _ pointer: UnsafeMutablePointer<BFloat16>) {
  WholeVector().store(BFloat16Vector.rounded(value), pointer)
}

/// Copies numbers to single precision, and prefetches as many after them.
@inline(__always)
func widen(_ target: UnsafeMutablePointer<Float>, from source: UnsafePointer<BFloat16>, _ count: Int) {
  forEachVector(count, inLines: { loupe_prefetch(source + ($0 + count)) }) {
    store(load(source + $0), target + $0)
  } rest: {
    target[$0] = source[$0].number
  }
}

/// Rounds numbers, and prefetches the place for as many after them.
@inline(__always)
func round(_ target: UnsafeMutablePointer<BFloat16>, from source: UnsafePointer<Float>, _ count: Int) {
  forEachVector(count, inLines: { loupe_prefetch_to_write(target + ($0 + count)) }) {
    store(load(source + $0), target + $0)
  } rest: {
    target[$0] = BFloat16(source[$0])
  }
}

// Calls `line` with the place of each cache line of `count` numbers in bfloat16, `vector` with that of each
// sixteen, and `rest` with those of the numbers that remain.
@inline(__always)
private func forEachVector(
  _ count: Int, inLines line: (Int) -> Void, _ vector: (Int) -> Void, rest: (Int) -> Void
) {
  var i = 0
  while i + 32 <= count {
    line(i)
    vector(i)
    vector(i + 16)
    i += 32
  }
  if i + 16 <= count {
    vector(i)
    i += 16
  }
  while i < count {
    rest(i)
    i += 1
  }
}
