import OpenBLAS

/// Two numbers in bfloat16, which products take at a time; the first is the low half. In memory, a row of an
/// even number of bfloat16 is a row of half as many pairs.
package struct BFloat16Pair: Sendable, BitwiseCopyable {
  package var bits: UInt32

  package init(bits: UInt32) { self.bits = bits }

  package init(_ first: BFloat16, _ second: BFloat16) {
    bits = UInt32(first.bits) | UInt32(second.bits) << 16
  }
}

/// Sixteen pairs.
extension BFloat16Pair {
  typealias Vector = SIMD16<UInt32>

  /// Pairs each of some numbers with the number of the same lane.
  @inline(__always)
  static func vector(_ first: BFloat16Vector.Bits, _ second: BFloat16Vector.Bits) -> Vector {
    loupe_widened(first) | loupe_widened(second) &<< 16
  }

  /// Pairs consecutive numbers.
  @inline(__always)
  static func vector(consecutive low: BFloat16Vector.Bits, _ high: BFloat16Vector.Bits) -> Vector {
    unsafeBitCast(SIMD32<UInt16>(lowHalf: low, highHalf: high), to: Vector.self)
  }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<BFloat16Pair>) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
  }

  @inline(__always)
  static func store(_ value: Vector, _ pointer: UnsafeMutablePointer<BFloat16Pair>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Vector.self)
  }
}
