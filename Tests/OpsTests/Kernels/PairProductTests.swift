import Graph
import Testing

@testable import Ops

/// Products of pairs of bfloat16 with panels.
@Suite struct PairProductTests {
  static let widths = [16, 32, 64]

  /// The forms of pairs of which this build computes products.
  static let forms: [OperandForm] =
    BFloat16Vector.hasInstructions ? [.pairs, .unpackedPairs] : [.unpackedPairs]

  /// A sum of p pairs is 2p multiply-adds, each exact but for one rounding to 24 bits, and the first, of a
  /// zero and a product of 8 by 8 bits, is exact. With u = 2^-24 and S the sum of the magnitudes of the
  /// products, the result differs from the sum by at most (2p - 1) u S / (1 - (2p - 1) u), and if it is added
  /// to what is there, whose magnitude is counted in S, by at most 2p u S / (1 - 2p u). The sum in double
  /// precision differs by far less than another u S. No operand is so small that a sum could be subnormal.
  @Test(arguments: widths, PanelProductTests.rows)
  func sumsWithinTheirBound(width: Int, rows: Int) {
    var generator = CounterGenerator(seed: 5, width, rows)
    let (pairs, length) = (19, 7)
    let a = Self.pairs(rows * pairs, &generator), b = Self.pairs(pairs * width, &generator)
    let x = a.map(\.numbers), y = b.map(\.numbers)
    let before = (0..<rows * 70).map { _ in Float(generator.uniform(-1...1)) }
    for form in Self.forms {
      for (columns, adds) in [(width, false), (width, true), (width - 3, false), (5, true)] {
        var c = before
        Self.multiply(form, rows, a, pairs, length, width, b, &c, columns, adds)
        var wrong = [String]()
        for row in 0..<rows {
          for column in 0..<70 {
            let (old, new) = (before[row * 70 + column], c[row * 70 + column])
            if column >= columns {
              if new != old { wrong.append("row \(row), column \(column) is written") }
              continue
            }
            var sum = adds ? Double(old) : 0, magnitude = abs(sum)
            for k in 0..<pairs {
              let (left, right) = (x[row * pairs + k], y[k * width + column])
              for product in [left.0 * right.0, left.1 * right.1] {
                sum += product
                magnitude += abs(product)
              }
            }
            let bound = Double(2 * pairs + 1) * 0x1p-24 * magnitude
            if !(abs(Double(new) - sum) <= bound) { wrong.append("row \(row), column \(column)") }
          }
        }
        #expect(wrong == [], "\(form), \(columns) columns")
      }
    }
  }

  /// The same bits in each form, of any operands, sums and depths.
  @Test(arguments: widths, [0, 1, 2, 5])
  func hasTheSameBitsInEachForm(width: Int, pairs: Int) {
    for (rows, columns, adds) in [(6, width, false), (5, width, true), (4, width - 5, true), (13, 3, false)] {
      for kind in PairOperands.Kind.allCases {
        var operands = PairOperands(kind, seed: UInt64(width + pairs))
        let a = (0..<rows * pairs + 1).map { _ in operands.pair() }
        let b = (0..<pairs * width + 1).map { _ in operands.pair() }
        let before = (0..<rows * 70).map { _ in operands.sum() }
        var results = [[Float]]()
        for form in Self.forms {
          results.append(before)
          Self.multiply(
            form, rows, a, pairs, max(1, pairs), width, b, &results[results.count - 1], columns, adds)
        }
        for result in results.dropFirst() {
          #expect(zip(result, results[0]).allSatisfy(PairOperands.areSame), "\(kind), \(rows) rows")
        }
        if pairs == 0 && !adds {
          for row in 0..<rows { #expect(results[0][row * 70..<row * 70 + columns].allSatisfy { $0 == 0 }) }
        }
      }
    }
  }

  /// The bits that the instruction gives, by their hash, so that builds for other processors are held to
  /// them.
  @Test(arguments: widths) func hasTheBitsOfTheInstructionInEveryBuild(width: Int) {
    var generator = CounterGenerator(seed: 11)
    let (rows, pairs) = (13, 41)
    let a = Self.pairs(rows * pairs, &generator), b = Self.pairs(pairs * 64, &generator)
    // The first columns of the matrix, which are the same for each width of a panel.
    let own = (0..<pairs).flatMap { b[$0 * 64..<$0 * 64 + width] }
    for form in Self.forms {
      var c = [Float](repeating: 0, count: rows * 70)
      Self.multiply(form, rows, a, pairs, pairs, width, own, &c, 16, false)
      let bits = (0..<rows).flatMap { row -> [UInt64] in
        c[row * 70..<row * 70 + 16].map { UInt64($0.bitPattern) }
      }
      #expect(FNV.hash(bits) == 0xda7c_4f37_ea22_0806, "\(form)")
    }
  }

  /// The weight gradient of a convolution of one tap: x is `[pixels, channels]`, the upstream gradient
  /// `[pixels, outputs]`, both of whole numbers in bfloat16, so that each sum has one value.
  @Test(arguments: [1, 2, 7, 12], [3, 24, 70, 150])
  func multipliesTransposedRows(pixels: Int, outputs: Int) {
    if BFloat16Vector.hasInstructions {
      Self.expectProductsOfTransposedRows(pixels, outputs, BFloat16Pair(bits: .max))
    }
    Self.expectProductsOfTransposedRows(pixels, outputs, UnpackedPair(first: .nan, second: .nan))
  }

  private static func expectProductsOfTransposedRows<Pair: PairElement>(
    _ pixels: Int, _ outputs: Int, _ untouched: Pair
  ) {
    let channels = 10
    let x = wholeNumbers(pixels * channels, seed: 1), upstream = wholeNumbers(pixels * outputs, seed: 2)
    let panels = PackedPanels(rows: (pixels + 1) / 2, columns: outputs)
    var left = [Pair](repeating: untouched, count: panels.rows * channels)
    var right = [Pair](repeating: untouched, count: panels.elements)
    var c = [Float](repeating: 0, count: channels * outputs)
    x.withUnsafeBufferPointer { x in
      upstream.withUnsafeBufferPointer { upstream in
        left.withUnsafeMutableBufferPointer { left in
          right.withUnsafeMutableBufferPointer { right in
            c.withUnsafeMutableBufferPointer { c in
              guard let x = x.baseAddress, let upstream = upstream.baseAddress, let left = left.baseAddress,
                let right = right.baseAddress, let c = c.baseAddress
              else { return }
              RowPairs<Reading<Pair>>(base: x, rows: .strided(channels), count: pixels)
                .write(columns: channels, to: left)
              let rows = RowPairs<Reading<Pair>>(base: upstream, rows: .strided(outputs), count: pixels)
              rows.pack(0..<rows.pairs, of: panels, panels: 0..<panels.count, to: right)
              var ahead = Prefetcher()
              let operand = PanelOperand(
                base: UnsafePointer(left), rows: .strided(1), step: channels, depth: panels.rows)
              panels.multiply(
                rows: channels, operand, by: right, to: c, at: .strided(outputs), fetching: &ahead)
            }
          }
        }
      }
    }
    for channel in 0..<channels {
      for output in 0..<outputs {
        let expected = (0..<pixels).reduce(Float(0)) {
          $0 + x[$1 * channels + channel].number * upstream[$1 * outputs + output].number
        }
        #expect(c[channel * outputs + output] == expected, "channel \(channel), output \(output)")
      }
    }
  }

  @Test func theEnvironmentChoosesTheForm() {
    let isFast = MachineLimits.instructionIsFaster
    #expect(OperandForm.fastestPairs(["LOUPE_BF16": "software"], isFast) == .unpackedPairs)
    let asked = OperandForm.fastestPairs(["LOUPE_BF16": "instruction"], isFast)
    #expect(asked == (BFloat16Vector.hasInstructions ? .pairs : .unpackedPairs))
    #expect(OperandForm.fastestPairs([:], { false }) == .unpackedPairs)
    #expect(OperandForm.fastestPairs([:], { true }) == asked)
  }

  private static func multiply(
    _ form: OperandForm, _ rows: Int, _ a: [BFloat16Pair], _ depth: Int, _ length: Int, _ width: Int,
    _ b: [BFloat16Pair], _ c: inout [Float], _ columns: Int, _ adds: Bool
  ) {
    if form == .pairs { return multiply(rows, a, depth, length, width, b, &c, columns, adds) }
    let left = a.map { UnpackedPair(first: Float($0.numbers.0), second: Float($0.numbers.1)) }
    var right = [UnpackedPair](repeating: .zero, count: b.count / 16 * 16)
    b.withUnsafeBufferPointer { b in
      right.withUnsafeMutableBufferPointer { right in
        guard let b = b.baseAddress, let start = right.baseAddress else { return }
        for i in stride(from: 0, to: right.count, by: 16) {
          UnpackedPair.store(BFloat16Pair.load(b + i), panel: start + i)
        }
      }
    }
    multiply(rows, left, depth, length, width, right, &c, columns, adds)
  }

  private static func multiply<Pair: PairElement>(
    _ rows: Int, _ a: [Pair], _ depth: Int, _ length: Int, _ width: Int, _ b: [Pair], _ c: inout [Float],
    _ columns: Int, _ adds: Bool
  ) {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          var ahead = Prefetcher()
          ahead.add(a, count: rows * depth)
          let operand = PanelOperand(
            base: a, rows: .strided(depth), depth: depth, length: length, runStride: length)
          let result = PanelResult(base: c, rows: .strided(70), columns: columns, adds: adds)
          PanelProduct.multiply(rows: rows, operand, b, width: width, to: result, fetching: &ahead)
        }
      }
    }
  }

  private static func pairs(_ count: Int, _ generator: inout CounterGenerator) -> [BFloat16Pair] {
    func number() -> BFloat16 {
      BFloat16(Float(generator.uniform(0x1p-10...1)) * (Bool.random(using: &generator) ? 1 : -1))
    }
    return (0..<count).map { _ in BFloat16Pair(number(), number()) }
  }

  private static func wholeNumbers(_ count: Int, seed: Int) -> [BFloat16] {
    (0..<count).map { BFloat16(Float(($0 * 37 + seed * 101) % 17 - 8)) }
  }
}

extension BFloat16Pair {
  /// The first and the second number.
  fileprivate var numbers: (Double, Double) {
    (Double(Float(bitPattern: bits << 16)), Double(Float(bitPattern: bits & 0xFFFF_0000)))
  }
}
