import Testing

@testable import Ops

/// The step of a sum of products of pairs, by the instruction and of unpacked ones.
@Suite struct PairStepTests {
  struct Case: CustomTestStringConvertible {
    let sum: Float
    let low: (Float, Float), high: (Float, Float)
    let expected: Float
    let testDescription: String

    init(_ sum: Float, low: (Float, Float), high: (Float, Float), is expected: Float, _ description: String) {
      (self.sum, self.low, self.high, self.expected) = (sum, low, high, expected)
      testDescription = description
    }
  }

  static let cases = [
    Case(0.5, low: (2, 3), high: (4, 5), is: 26.5, "both products are added"),
    Case(0x1p30, low: (1, 1), high: (-0x1p15, 0x1p15), is: 1, "the product of the high halves comes first"),
    Case(0x1p30, low: (-0x1p15, 0x1p15), high: (1, 1), is: 0, "the product of the low halves comes second"),
    Case(1, low: (0x1p-12, 0x1p-13), high: (0x1p-12, 0x1p-13), is: 1, "each sum is rounded"),
    Case(-0x1p127, low: (0, 0), high: (0x1p64, 0x1p64), is: 0x1p127, "a product is not rounded by itself"),
    Case(0x1p-130, low: (0, 0), high: (0, 0), is: 0, "a subnormal sum is zero"),
    Case(0x1p-126, low: (0x1p-120, 0x1p-10), high: (0, 0), is: 0x1.1p-126, "a product may be subnormal"),
    Case(0x1p-126, low: (0, 0), high: (-0x1p-100, 0x1p-27), is: 0, "a subnormal result is zero"),
    Case(
      1, low: (Float(bitPattern: 0x007F_0000), 0x1p127), high: (Float(bitPattern: 0x0001_0000), 0x1p127),
      is: 1,
      "a subnormal operand is zero"),
    Case(-1, low: (0, 0), high: (.infinity, 2), is: .infinity, "infinity"),
    Case(1, low: (0, .infinity), high: (0, 0), is: .nan, "infinity times zero"),
    Case(-.infinity, low: (0, 0), high: (.infinity, 1), is: .nan, "infinity less infinity"),
    Case(.nan, low: (1, 1), high: (1, 1), is: .nan, "not a number"),
  ]

  @Test(arguments: cases)
  func addsTwoProducts(_ test: Case) {
    let a = BFloat16Pair(BFloat16(bits: test.low.0.upperBits), BFloat16(bits: test.high.0.upperBits))
    let b = BFloat16Pair(BFloat16(bits: test.low.1.upperBits), BFloat16(bits: test.high.1.upperBits))
    let (instruction, unpacked) = Self.sums(
      .init(repeating: test.sum), a, [BFloat16Pair](repeating: b, count: 16))
    #expect(PairOperands.areSame(unpacked[0], test.expected), "\(unpacked[0])")
    if BFloat16Vector.hasInstructions {
      #expect(PairOperands.areSame(instruction[0], test.expected), "\(instruction[0])")
    }
  }

  /// Of a million steps of each kind.
  @Test(
    .enabled(if: BFloat16Vector.hasInstructions, "the processor has no such instruction"),
    arguments: PairOperands.Kind.allCases)
  func hasTheSameBitsUnpacked(_ kind: PairOperands.Kind) {
    var operands = PairOperands(kind, seed: 3)
    var differing = 0
    for _ in 0..<1 << 16 {
      let a = operands.pair(), b = (0..<16).map { _ in operands.pair() }
      var c = Lanes<Float>()
      for lane in 0..<16 { c[lane] = operands.sum() }
      let (instruction, unpacked) = Self.sums(c, a, b)
      for lane in 0..<16 where !PairOperands.areSame(instruction[lane], unpacked[lane]) { differing += 1 }
    }
    #expect(differing == 0)
  }

  // The sums of a pair times each of sixteen.
  private static func sums(
    _ sum: Lanes<Float>, _ a: BFloat16Pair, _ b: [BFloat16Pair]
  ) -> (instruction: Lanes<Float>, unpacked: Lanes<Float>) {
    let number = UnpackedPair(
      first: Float(bitPattern: a.bits << 16), second: Float(bitPattern: a.bits & 0xFFFF_0000))
    var panel = [UnpackedPair](repeating: .zero, count: 16)
    var (instruction, unpacked) = (sum, sum)
    b.withUnsafeBufferPointer { b in
      panel.withUnsafeMutableBufferPointer { panel in
        guard let b = b.baseAddress, let panel = panel.baseAddress else { return }
        UnpackedPair.store(BFloat16Pair.load(b), panel: panel)
        BFloat16Pair.withoutSubnormals {
          PairProducts.add(
            PairProducts.repeated(a, part: 0), times: PairProducts.load(b, part: 0), to: &instruction)
          for part in 0..<UnpackedPairProducts.parts {
            UnpackedPairProducts.add(
              UnpackedPairProducts.repeated(number, part: part),
              times: UnpackedPairProducts.load(panel, part: part), to: &unpacked)
          }
        }
      }
    }
    return (instruction, unpacked)
  }
}

/// Arbitrary operands of sums of products, the same each time.
struct PairOperands {
  enum Kind: CaseIterable {
    /// Any bits: numbers of any size, infinities, subnormal numbers and what is not a number.
    case anyBits
    /// Products and sums near the least normal number.
    case nearSubnormal
    /// Such products, and a sum that is the least normal number or one of the next.
    case leastNormal
    /// Subnormal numbers, whose products with large ones would be normal.
    case subnormal
    /// Products and sums near the largest number.
    case nearInfinite
  }

  private let kind: Kind
  private var generator: CounterGenerator

  init(_ kind: Kind, seed: UInt64) {
    self.kind = kind
    generator = CounterGenerator(seed: seed)
  }

  static func areSame(_ a: Float, _ b: Float) -> Bool { a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) }

  mutating func pair() -> BFloat16Pair {
    let random = generator.next()
    let bits = UInt32(truncatingIfNeeded: random >> 32)
    let (low, high) = (exponent(UInt32(random & 0xFF)), exponent(UInt32(random >> 8 & 0xFF)))
    return BFloat16Pair(bits: kind == .anyBits ? bits : bits & 0x807F_807F | high << 23 | low << 7)
  }

  mutating func sum() -> Float {
    let random = generator.next()
    let (bits, small) = (UInt32(truncatingIfNeeded: random >> 32), UInt32(random & 7))
    switch kind {
    case .anyBits: return Float(bitPattern: bits)
    case .nearSubnormal, .subnormal: return Float(bitPattern: bits & 0x807F_FFFF | small << 23)
    case .leastNormal: return Float(bitPattern: bits & 0x8000_0003 | 0x0080_0000)
    case .nearInfinite: return Float(bitPattern: bits & 0x807F_FFFF | (247 + small) << 23)
    }
  }

  private func exponent(_ random: UInt32) -> UInt32 {
    switch kind {
    case .anyBits, .nearSubnormal, .leastNormal: return 52 + random % 24
    case .subnormal: return random % 2 == 0 ? 0 : 254 - random % 16
    case .nearInfinite: return 180 + random % 24
    }
  }
}

extension Float {
  fileprivate var upperBits: UInt16 { UInt16(bitPattern >> 16) }
}
