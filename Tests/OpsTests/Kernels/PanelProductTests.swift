import Testing

@testable import Ops

/// Products with panels against the sum that they are, from operands of whole numbers, so that each has one
/// value.
@Suite struct PanelProductTests {
  static let widths = [16, 32, 64]
  static let rows = Array(1...13) + [64]

  /// Of rows in panels, whose runs have 7 elements and a rest.
  @Test(arguments: widths, rows)
  func sumsRuns(width: Int, rows: Int) {
    let (depth, length) = (18, 7)
    let a = Self.numbers(rows * depth, seed: 1)
    let b = Self.numbers(depth * width, seed: 2)
    for (columns, adds) in [(width, false), (width, true), (width - 3, false), (5, true)] {
      let before = Self.numbers(rows * 70, seed: 3)
      var c = before
      Self.multiply(rows, a, depth, length, width, b, &c, columns, adds)
      for row in 0..<rows {
        for column in 0..<70 {
          let old = before[row * 70 + column]
          let product = (0..<depth).reduce(Float(0)) { sum, k in
            sum + a[row * depth + k] * (column < width ? b[k * width + column] : 0)
          }
          let expected = column < columns ? (adds ? old : 0) + product : old
          #expect(c[row * 70 + column] == expected, "row \(row), column \(column) of \(columns)")
        }
      }
    }
  }

  /// Of rows that begin where a list says, and results that go where a list says.
  @Test(arguments: rows)
  func followsLists(rows: Int) {
    let depth = 5
    let a = Self.numbers(4 * rows + depth, seed: 4).map(Double.init)
    let b = Self.numbers(depth * 16, seed: 5).map(Double.init)
    let starts = (0..<rows).map { Int32(($0 * 7) % (4 * rows)) }
    let targets = (0..<rows).map { Int32((rows - 1 - $0) * 20) }
    var c = [Double](repeating: -1, count: rows * 20)
    starts.withUnsafeBufferPointer { starts in
      targets.withUnsafeBufferPointer { targets in
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            c.withUnsafeMutableBufferPointer { c in
              guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress,
                let starts = starts.baseAddress, let targets = targets.baseAddress
              else { return }
              var ahead = Prefetcher()
              PanelProduct.multiply(
                rows: rows,
                PanelOperand(base: a, rows: .listed(starts), depth: depth), b, width: 16,
                to: PanelResult(base: c, rows: .listed(targets), columns: 16, adds: false),
                fetching: &ahead)
            }
          }
        }
      }
    }
    for row in 0..<rows {
      for column in 0..<20 {
        let expected =
          column < 16
          ? (0..<depth).reduce(0.0) { $0 + a[Int(starts[row]) + $1] * b[$1 * 16 + column] } : -1
        #expect(c[Int(targets[row]) + column] == expected, "row \(row), column \(column)")
      }
    }
  }

  /// Of columns of a matrix.
  @Test(arguments: widths, rows)
  func multipliesColumns(width: Int, rows: Int) {
    let (depth, pitch) = (9, rows + 3)
    let a = Self.numbers(depth * pitch, seed: 6)
    let b = Self.numbers(depth * width, seed: 7)
    var c = [Float](repeating: -1, count: rows * width)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          var ahead = Prefetcher()
          PanelProduct.multiply(
            rows: rows, PanelOperand(base: a, rows: .strided(1), step: pitch, depth: depth), b, width: width,
            to: PanelResult(base: c, rows: .strided(width), columns: width, adds: false), fetching: &ahead)
        }
      }
    }
    for row in 0..<rows {
      for column in 0..<width {
        let expected = (0..<depth).reduce(Float(0)) { $0 + a[$1 * pitch + row] * b[$1 * width + column] }
        #expect(c[row * width + column] == expected, "row \(row), column \(column)")
      }
    }
  }

  /// By a matrix larger than a cache, of more rows than are multiplied at a time; in one run, and in whole
  /// runs that are apart.
  @Test(arguments: [(2500, 2500), (2700, 900), (3600, 1200)], [false, true])
  func multipliesLargeMatricesInBlocks(size: (depth: Int, length: Int), adds: Bool) {
    let (rows, columns, gap) = (13, 100, 5)
    let (depth, length) = size
    let pitch = depth / length * (length + gap)
    let a = Self.numbers(rows * pitch, seed: 8), b = Self.numbers(depth * columns, seed: 9)
    let panels = PackedPanels(rows: depth, columns: columns)
    #expect(panels.isLarge)
    var packed = [Float](repeating: 0, count: panels.elements)
    let before = Self.numbers(rows * columns, seed: 10)
    var c = before
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        packed.withUnsafeMutableBufferPointer { packed in
          c.withUnsafeMutableBufferPointer { c in
            guard let a = a.baseAddress, let b = b.baseAddress, let packed = packed.baseAddress,
              let c = c.baseAddress
            else { return }
            Float.pack(
              0..<depth, of: panels, from: b, count: depth, pitch: columns, panels: 0..<panels.count,
              to: packed)
            var ahead = Prefetcher()
            panels.multiply(
              rows: rows,
              PanelOperand(
                base: a, rows: .strided(pitch), depth: depth, length: length, runStride: length + gap),
              by: packed, to: c, at: .strided(columns), adds: adds, fetching: &ahead)
          }
        }
      }
    }
    for row in 0..<rows {
      for column in 0..<columns {
        // Whole numbers below 2^24, so that the order of the sums does not matter.
        let product = (0..<depth).reduce(Float(0)) { sum, k in
          sum + a[row * pitch + k / length * (length + gap) + k % length] * b[k * columns + column]
        }
        let place = row * columns + column
        #expect(c[place] == (adds ? before[place] : 0) + product, "row \(row), column \(column)")
      }
    }
  }

  @Test func blocksAreEqualAndOfWholeRuns() {
    let numbers = [Float](repeating: 0, count: 1)
    numbers.withUnsafeBufferPointer { numbers in
      guard let base = numbers.baseAddress else { return }
      func block(_ depth: Int, _ length: Int) -> Int {
        PanelOperand(base: base, rows: .strided(0), depth: depth, length: length, runStride: length)
          .columnBlock(ofAtMost: 1024)
      }
      #expect(block(1000, 1000) == 1000)
      #expect(block(2500, 2500) == 834)
      #expect(block(2304, 768) == 768)
      #expect(block(2700, 300) == 900)
      #expect(block(3600, 1200) == 1200)
    }
  }

  private static func multiply(
    _ rows: Int, _ a: [Float], _ depth: Int, _ length: Int, _ width: Int, _ b: [Float], _ c: inout [Float],
    _ columns: Int, _ adds: Bool
  ) {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          var ahead = Prefetcher()
          ahead.add(a, count: rows * depth)
          PanelProduct.multiply(
            rows: rows,
            PanelOperand(
              base: a, rows: .strided(depth), depth: depth, length: length, runStride: length),
            b, width: width, to: PanelResult(base: c, rows: .strided(70), columns: columns, adds: adds),
            fetching: &ahead)
        }
      }
    }
  }

  // Small whole numbers, the same each time.
  private static func numbers(_ count: Int, seed: Int) -> [Float] {
    (0..<count).map { Float(($0 * 37 + seed * 101) % 17 - 8) }
  }
}
