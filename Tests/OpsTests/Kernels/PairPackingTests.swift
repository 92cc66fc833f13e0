import Testing

@testable import Ops

/// Packing of pairs against what each pair is made of.
@Suite struct PairPackingTests {
  static let columns = [1, 5, 16, 24, 40, 64, 70, 130]
  private static let untouched = BFloat16Pair(bits: 0xABCD_EF01)

  @Test(arguments: columns, [1, 2, 5, 8])
  func pairsRowsInPanels(columns: Int, rows: Int) {
    let pitch = columns + 3
    let numbers = Self.numbers(rows * pitch), halves = numbers.map { BFloat16($0) }
    let panels = PackedPanels(rows: (rows + 1) / 2, columns: columns)
    // All rows but the first, if there are more.
    let some = (panels.rows > 1 ? 1 : 0)..<panels.rows
    let fromNumbers = Self.filled(panels.elements) { target in
      Self.with(numbers) {
        panels.pack(
          some, from: RowPairs(base: $0, rows: .strided(pitch), count: rows), panels: 0..<panels.count,
          to: target)
      }
    }
    let fromHalves = Self.filled(panels.elements) { target in
      Self.with(halves) {
        panels.pack(
          some, from: RowPairs(base: $0, rows: .strided(pitch), count: rows), panels: 0..<panels.count,
          to: target)
      }
    }
    let expected = Self.expected(panels, some) { row, column in
      BFloat16Pair(
        halves[2 * row * pitch + column],
        2 * row + 1 < rows ? halves[(2 * row + 1) * pitch + column] : BFloat16(bits: 0))
    }
    #expect(fromNumbers.map(\.bits) == expected)
    #expect(fromHalves.map(\.bits) == expected)
  }

  @Test(arguments: columns, [1, 2, 31, 32, 33, 70])
  func pairsColumnsInPanels(columns: Int, length: Int) {
    let pitch = length + 3
    let numbers = Self.numbers(columns * pitch)
    let panels = PackedPanels(rows: (length + 1) / 2, columns: columns)
    let some = (panels.rows > 1 ? 1 : 0)..<panels.rows
    let packed = Self.filled(panels.elements) { target in
      Self.with(numbers) {
        for panel in 0..<panels.count {
          panels.packTransposed(some, from: $0, length: length, pitch: pitch, panel: panel, to: target)
        }
      }
    }
    let expected = Self.expected(panels, some) { row, column in
      BFloat16Pair(
        BFloat16(numbers[column * pitch + 2 * row]),
        BFloat16(2 * row + 1 < length ? numbers[column * pitch + 2 * row + 1] : 0))
    }
    #expect(packed.map(\.bits) == expected)
  }

  /// The left operand of a product.
  @Test(arguments: columns, [1, 2, 5, 8])
  func pairsRowsOfAMatrix(columns: Int, rows: Int) {
    let pitch = columns + 2
    let halves = Self.numbers(3 * rows * pitch).map { BFloat16($0) }
    // In any order.
    let starts = (0..<rows).map { Int32((rows - 1 - $0) * 3 * pitch + $0) }
    let matrix = Self.filled((rows + 1) / 2 * pitch) { target in
      Self.with(halves) { halves in
        Self.with(starts) {
          RowPairs(base: halves, rows: .listed($0), count: rows).write(
            columns: columns, to: target, pitch: pitch)
        }
      }
    }
    for row in 0..<(rows + 1) / 2 {
      for column in 0..<pitch {
        let first = halves[Int(starts[2 * row]) + column]
        let second = 2 * row + 1 < rows ? halves[Int(starts[2 * row + 1]) + column] : BFloat16(bits: 0)
        let expected = column < columns ? BFloat16Pair(first, second) : Self.untouched
        #expect(matrix[row * pitch + column].bits == expected.bits, "row \(row), column \(column)")
      }
    }
  }

  // The bits of panels of which some rows are written.
  private static func expected(
    _ panels: PackedPanels, _ rows: Range<Int>, _ pair: (Int, Int) -> BFloat16Pair
  ) -> [UInt32] {
    var bits = [UInt32](repeating: untouched.bits, count: panels.elements)
    for panel in 0..<panels.count {
      let width = panels.width(of: panel)
      for row in rows {
        for i in 0..<width {
          let column = panel * panels.width + i
          bits[panel * panels.stride + row * width + i] = column < panels.columns ? pair(row, column).bits : 0
        }
      }
    }
    return bits
  }

  private static func filled(
    _ count: Int, _ body: (UnsafeMutablePointer<BFloat16Pair>) -> Void
  ) -> [BFloat16Pair] {
    var pairs = [BFloat16Pair](repeating: untouched, count: count)
    pairs.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { body(base) } }
    return pairs
  }

  private static func with<T>(_ elements: [T], _ body: (UnsafePointer<T>) -> Void) {
    elements.withUnsafeBufferPointer { if let base = $0.baseAddress { body(base) } }
  }

  private static func numbers(_ count: Int) -> [Float] {
    var generator = CounterGenerator(seed: 8, count)
    return (0..<count).map { _ in Float(generator.uniform(-4...4)) }
  }
}
