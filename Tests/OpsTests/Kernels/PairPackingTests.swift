import Testing

@testable import Ops

/// Packing of pairs in each form against what each pair is made of.
@Suite struct PairPackingTests {
  static let columns = [1, 5, 16, 24, 40, 64, 70, 130]
  // Two equal halves, which are the same at any place of a panel.
  fileprivate static let untouched = BFloat16(bits: 0xABCD)

  @Test(arguments: columns, [1, 2, 5, 8])
  func pairsRowsInPanels(columns: Int, rows: Int) {
    expectRowsInPanels(BFloat16Pair.self, columns, rows)
    expectRowsInPanels(UnpackedPair.self, columns, rows)
  }

  private func expectRowsInPanels<Pair: ReadablePair>(_ type: Pair.Type, _ columns: Int, _ rows: Int) {
    let pitch = columns + 3
    let numbers = Self.numbers(rows * pitch), halves = numbers.map { BFloat16($0) }
    let panels = PackedPanels(rows: (rows + 1) / 2, columns: columns)
    // All rows but the first, if there are more.
    let some = (panels.rows > 1 ? 1 : 0)..<panels.rows
    let fromNumbers = Self.filled(panels.elements, of: type) { target in
      Self.with(numbers) {
        RowPairs<Rounding<Pair>>(base: $0, rows: .strided(pitch), count: rows)
          .pack(some, of: panels, panels: 0..<panels.count, to: target)
      }
    }
    let fromHalves = Self.filled(panels.elements, of: type) { target in
      Self.with(halves) {
        RowPairs<Reading<Pair>>(base: $0, rows: .strided(pitch), count: rows)
          .pack(some, of: panels, panels: 0..<panels.count, to: target)
      }
    }
    let expected = Self.expected(panels, some) { row, column in
      BFloat16Pair(
        halves[2 * row * pitch + column],
        2 * row + 1 < rows ? halves[(2 * row + 1) * pitch + column] : BFloat16(bits: 0))
    }
    #expect(Pair.bits(inPanels: fromNumbers) == expected, "\(type)")
    #expect(Pair.bits(inPanels: fromHalves) == expected, "\(type)")
  }

  @Test(arguments: columns, [1, 2, 31, 32, 33, 70])
  func pairsColumnsInPanels(columns: Int, length: Int) {
    expectColumnsInPanels(BFloat16Pair.self, columns, length)
    expectColumnsInPanels(UnpackedPair.self, columns, length)
  }

  private func expectColumnsInPanels<Pair: ReadablePair>(_ type: Pair.Type, _ columns: Int, _ length: Int) {
    let pitch = length + 3
    let numbers = Self.numbers(columns * pitch)
    let panels = PackedPanels(rows: (length + 1) / 2, columns: columns)
    let some = (panels.rows > 1 ? 1 : 0)..<panels.rows
    let packed = Self.filled(panels.elements, of: type) { target in
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
    #expect(Pair.bits(inPanels: packed) == expected, "\(type)")
  }

  /// The left operand of a product, from rows in any order.
  @Test(arguments: columns, [1, 2, 5, 8])
  func pairsRowsOfAMatrix(columns: Int, rows: Int) {
    expectRowsOfAMatrix(BFloat16Pair.self, columns, rows)
    expectRowsOfAMatrix(UnpackedPair.self, columns, rows)
  }

  private func expectRowsOfAMatrix<Pair: ReadablePair>(_ type: Pair.Type, _ columns: Int, _ rows: Int) {
    let pitch = columns + 2
    let halves = Self.numbers(3 * rows * pitch).map { BFloat16($0) }
    let starts = (0..<rows).map { Int32((rows - 1 - $0) * 3 * pitch + $0) }
    let count = (rows + 1) / 2 * columns
    let matrix = Self.filled(count + 16, of: type) { target in
      Self.with(halves) { halves in
        Self.with(starts) {
          RowPairs<Reading<Pair>>(base: halves, rows: .listed($0), count: rows)
            .write(columns: columns, to: target)
        }
      }
    }
    for (element, pair) in matrix.enumerated() {
      let (row, column) = (element / columns, element % columns)
      let expected =
        element >= count
        ? BFloat16Pair(Self.untouched, Self.untouched)
        : BFloat16Pair(
          halves[Int(starts[2 * row]) + column],
          2 * row + 1 < rows ? halves[Int(starts[2 * row + 1]) + column] : BFloat16(bits: 0))
      #expect(pair.packed.bits == expected.bits, "\(type), row \(row), column \(column)")
    }
  }

  /// The left operand of a product of numbers in single precision: their rows, and their columns.
  @Test(arguments: [1, 6, 16, 33], [1, 4, 5])
  func roundsRowsAndColumns(length: Int, count: Int) {
    expectRoundedOperands(BFloat16Pair.self, length, count)
    expectRoundedOperands(UnpackedPair.self, length, count)
  }

  private func expectRoundedOperands<Pair: ReadablePair>(_ type: Pair.Type, _ length: Int, _ count: Int) {
    let pitch = length + 3
    let numbers = Self.numbers(count * pitch)
    func half(_ row: Int, _ column: Int) -> BFloat16 {
      BFloat16(row < count && column < length ? numbers[row * pitch + column] : 0)
    }
    Self.with(numbers) { numbers in
      let pairs = (length + 1) / 2
      let rows = Self.filled(count * pairs, of: type) {
        _ = Pair.rows(count, of: length, from: numbers, pitch: pitch, in: $0)
      }
      for (element, pair) in rows.enumerated() {
        let (row, column) = (element / pairs, 2 * (element % pairs))
        #expect(pair.packed.bits == BFloat16Pair(half(row, column), half(row, column + 1)).bits, "\(type)")
      }
      let columns = Self.filled((count + 1) / 2 * length, of: type) {
        _ = Pair.columns(count, of: length, from: numbers, pitch: pitch, in: $0)
      }
      for (element, pair) in columns.enumerated() {
        let (row, column) = (2 * (element / length), element % length)
        #expect(pair.packed.bits == BFloat16Pair(half(row, column), half(row + 1, column)).bits, "\(type)")
      }
    }
  }

  // The bits of panels of which some rows are written.
  private static func expected(
    _ panels: PackedPanels, _ rows: Range<Int>, _ pair: (Int, Int) -> BFloat16Pair
  ) -> [UInt32] {
    var bits = [UInt32](repeating: BFloat16Pair(untouched, untouched).bits, count: panels.elements)
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

  private static func filled<Pair: ReadablePair>(
    _ count: Int, of type: Pair.Type, _ body: (UnsafeMutablePointer<Pair>) -> Void
  ) -> [Pair] {
    var pairs = [Pair](repeating: Pair(untouched, untouched), count: count)
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

/// A pair whose bits are read for a comparison.
private protocol ReadablePair: PairElement {
  init(_ first: BFloat16, _ second: BFloat16)
  var packed: BFloat16Pair { get }
  /// The bits of the packed pair at each place of panels.
  static func bits(inPanels panels: [Self]) -> [UInt32]
}

extension BFloat16Pair: ReadablePair {
  fileprivate var packed: BFloat16Pair { self }
  fileprivate static func bits(inPanels panels: [BFloat16Pair]) -> [UInt32] { panels.map(\.bits) }
}

extension UnpackedPair: ReadablePair {
  fileprivate init(_ first: BFloat16, _ second: BFloat16) {
    self.init(first: first.number, second: second.number)
  }

  fileprivate var packed: BFloat16Pair {
    BFloat16Pair(bits: first.bitPattern >> 16 | second.bitPattern & 0xFFFF_0000)
  }

  fileprivate static func bits(inPanels panels: [UnpackedPair]) -> [UInt32] {
    let numbers = panels.flatMap { [$0.first, $0.second] }
    return panels.indices.map { i in
      let first = i / 16 * 32 + i % 16
      return UnpackedPair(first: numbers[first], second: numbers[first + 16]).packed.bits
    }
  }
}
