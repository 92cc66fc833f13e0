import Testing

@testable import Ops

/// Rounding to bfloat16 and back.
@Suite struct BFloat16Tests {
  /// Numbers, and the bits of the nearest.
  private static let cases: [(number: Float, bits: UInt16)] = [
    (0, 0), (-0.0, 0x8000), (1, 0x3F80), (-2, 0xC000), (.infinity, 0x7F80), (-.infinity, 0xFF80),
    // Halfway between two: the even one.
    (Float(bitPattern: 0x3F80_8000), 0x3F80), (Float(bitPattern: 0x3F81_8000), 0x3F82),
    (Float(bitPattern: 0xBF80_8000), 0xBF80), (Float(bitPattern: 0xBF81_8000), 0xBF82),
    // Beside them.
    (Float(bitPattern: 0x3F80_7FFF), 0x3F80), (Float(bitPattern: 0x3F80_8001), 0x3F81),
    (Float(bitPattern: 0x3F81_7FFF), 0x3F81), (Float(bitPattern: 0x3F81_8001), 0x3F82),
    // To the next power of two, and past the largest number.
    (Float(bitPattern: 0x3FFF_8000), 0x4000), (Float(bitPattern: 0x7F7F_7FFF), 0x7F7F),
    (Float(bitPattern: 0x7F7F_8000), 0x7F80), (.greatestFiniteMagnitude, 0x7F80),
    // The least normal number, and subnormal ones.
    (.leastNormalMagnitude, 0x0080), (-.leastNormalMagnitude, 0x8080),
    (Float.leastNormalMagnitude.nextDown, 0), (.leastNonzeroMagnitude, 0), (-.leastNonzeroMagnitude, 0x8000),
    // Not a number, where cut off it would be infinite.
    (Float(bitPattern: 0x7F80_0001), 0x7FC0), (Float(bitPattern: 0xFFC1_0000), 0xFFC1),
  ]

  @Test func roundsToNearest() {
    for (number, bits) in Self.cases {
      #expect(BFloat16(number).bits == bits, "\(number), \(String(number.bitPattern, radix: 16))")
      #expect(BFloat16Vector.rounded(Lanes(repeating: number)) == .init(repeating: bits), "\(number)")
    }
  }

  /// The distance to either neighbor, in double precision, where it is exact.
  @Test func roundsToTheNearer() {
    for pattern in stride(from: 0 as UInt32, through: 0x7F7F_0000, by: 60_013) {
      let number = Float(bitPattern: pattern)
      let below = BFloat16(bits: UInt16(pattern >> 16)), above = BFloat16(bits: UInt16(pattern >> 16) + 1)
      let (down, up) = (Double(number) - Double(below.number), Double(above.number) - Double(number))
      let isEven = below.bits % 2 == 0
      let nearest = !number.isNormal ? 0 : down < up || (down == up && isEven) ? below.bits : above.bits
      #expect(BFloat16(number).bits == nearest, "\(number)")
      #expect(BFloat16(-number).bits == nearest | 0x8000, "\(-number)")
    }
  }

  /// Of every 101st of all 2^32 bit patterns.
  @Test(
    .enabled(if: BFloat16Vector.hasInstructions, "the processor has no such instruction"), arguments: 0..<4)
  func roundsAsTheInstructionDoes(quarter: UInt32) {
    var differing = 0
    var pattern = quarter << 30
    let lanes = SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) &* 101
    for _ in 0..<(1 << 30) / (16 * 101) {
      let numbers = unsafeBitCast(SIMD16(repeating: pattern) &+ lanes, to: SIMD16<Float>.self)
      if BFloat16Vector.rounded(numbers) != BFloat16Vector.roundedInSoftware(numbers) { differing += 1 }
      pattern += 16 * 101
    }
    #expect(differing == 0)
  }

  /// Each number in bfloat16 is a Float, whose nearest it is; subnormal ones become zeros.
  @Test func convertsThereAndBack() {
    let all = (0...UInt16.max).map { BFloat16(bits: $0) }
    var numbers = [Float](repeating: 0, count: all.count)
    var back = [BFloat16](repeating: BFloat16(bits: 1), count: all.count)
    all.withUnsafeBufferPointer { all in
      numbers.withUnsafeMutableBufferPointer { numbers in
        back.withUnsafeMutableBufferPointer { back in
          guard let all = all.baseAddress, let numbers = numbers.baseAddress, let back = back.baseAddress
          else { return }
          // Not a multiple of the length of a vector.
          widen(numbers, from: all, 65_533)
          widen(numbers + 65_533, from: all + 65_533, 3)
          round(back, from: numbers, 65_533)
          round(back + 65_533, from: numbers + 65_533, 3)
        }
      }
    }
    for (bits, (number, back)) in zip(UInt16(0)...UInt16.max, zip(numbers, back)) {
      #expect(number.bitPattern == UInt32(bits) << 16)
      let expected = number.isSubnormal ? bits & 0x8000 : number.isNaN ? bits | 0x0040 : bits
      #expect(back.bits == expected)
    }
  }
}
