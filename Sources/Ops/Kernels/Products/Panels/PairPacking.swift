/// Where the numbers of pairs come from.
protocol PairSource {
  associatedtype Pair: PairElement
  associatedtype Number: BitwiseCopyable
  /// Returns sixteen consecutive numbers.
  static func load(_ pointer: UnsafePointer<Number>) -> Pair.Numbers
}

/// Numbers in single precision, which are rounded.
enum Rounding<Pair: PairElement>: PairSource {
  @inline(__always)
  static func load(_ pointer: UnsafePointer<Float>) -> Pair.Numbers { Pair.rounded(pointer) }
}

/// Numbers in bfloat16.
enum Reading<Pair: PairElement>: PairSource {
  @inline(__always)
  static func load(_ pointer: UnsafePointer<BFloat16>) -> Pair.Numbers { Pair.load(pointer) }
}

/// Pairs of the rows of a matrix: of the rows 2i and 2i + 1, and of the last with zeros if their number is
/// odd.
struct RowPairs<Source: PairSource> {
  typealias Pair = Source.Pair

  let base: UnsafePointer<Source.Number>
  /// The start offset of each row, and their number.
  let rows: RowOffsets
  let count: Int

  /// The number of rows of pairs.
  var pairs: Int { pieces(of: 2, in: count) }

  /// Packs some rows of some panels. Missing columns are zeros.
  @inline(__always)
  func pack(
    _ rows: Range<Int>, of layout: PackedPanels, panels: Range<Int>, to target: UnsafeMutablePointer<Pair>
  ) {
    layout.forEachRow(rows, of: panels, in: target, zero: .zero) { row, columns, place in
      for column in stride(from: 0, to: columns.count, by: 16) {
        let (first, second) = numbers(
          row, columns.lowerBound + column, count: min(16, columns.count - column))
        Pair.store(first, second, panel: place + column)
      }
    }
  }

  /// Writes all pairs as a matrix, the left operand of a product.
  @inline(__always)
  func write(columns: Int, to target: UnsafeMutablePointer<Pair>) {
    for row in 0..<pairs {
      let place = target + row * columns
      if columns < 16 {
        withUnsafeTemporaryAllocation(of: Pair.self, capacity: 16) { room in
          guard let start = room.baseAddress else { return }
          let (first, second) = numbers(row, 0, count: columns)
          Pair.store(first, second, row: start)
          place.update(from: start, count: columns)
        }
      } else {
        for column in stride(from: 0, to: columns, by: 16) {
          // The last vector overlaps the previous one.
          let column = min(column, columns - 16)
          let (first, second) = numbers(row, column, count: 16)
          Pair.store(first, second, row: place + column)
        }
      }
    }
  }

  // The first and the second numbers of some pairs of a row, and zeros.
  @inline(__always)
  private func numbers(_ row: Int, _ column: Int, count: Int) -> (Pair.Numbers, Pair.Numbers) {
    (
      load(base + (rows[2 * row] + column), count),
      2 * row + 1 < self.count ? load(base + (rows[2 * row + 1] + column), count) : Pair.zeros
    )
  }

  @inline(__always)
  private func load(_ pointer: UnsafePointer<Source.Number>, _ count: Int) -> Pair.Numbers {
    count == 16 ? Source.load(pointer) : loadPart(pointer, count)
  }

  @inline(never)
  private func loadPart(_ pointer: UnsafePointer<Source.Number>, _ count: Int) -> Pair.Numbers {
    withUnsafeTemporaryAllocation(of: Source.Number.self, capacity: 16) { room in
      guard let start = room.baseAddress else { return Pair.zeros }
      UnsafeMutableRawBufferPointer(room).initializeMemory(as: UInt8.self, repeating: 0)
      start.update(from: pointer, count: count)
      return Source.load(start)
    }
  }
}

extension PackedPanels {
  /// Packs some rows of one panel of the transpose of a matrix with row stride `pitch`, whose rows have
  /// `length` elements: the elements 2i and 2i + 1 become row i, the last with zeros if their number is odd.
  /// Missing columns are zeros.
  @inline(__always)
  func packTransposed<Pair: PairElement>(
    _ rows: Range<Int>, from source: UnsafePointer<Float>, length: Int, pitch: Int, panel: Int,
    to target: UnsafeMutablePointer<Pair>
  ) {
    let (first, width) = (panel * width, width(of: panel))
    // The shuffles of a transposition leave the bits of a pair as they are.
    StackScratch.with(32, of: Float.self) { vectors in
      for column in Swift.stride(from: first, to: first + width, by: 16) {
        for row in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: 16) {
          for i in 0..<16 {
            let place = source + ((column + i) * pitch + 2 * row)
            let count = column + i < columns ? length - 2 * row : 0
            vectors[i] = unsafeBitCast(consecutivePairs(place, count: count), to: Lanes<Float>.self)
          }
          transpose(vectors, spare: vectors + 16)
          for i in 0..<min(16, rows.upperBound - row) {
            Pair.store(
              unsafeBitCast(vectors[i], to: BFloat16Pair.Vector.self),
              panel: target + (panel * stride + (row + i) * width + column - first))
          }
        }
      }
    }
  }

  /// Returns pairs of up to 32 consecutive numbers, then zeros.
  @inline(__always)
  private func consecutivePairs(_ pointer: UnsafePointer<Float>, count: Int) -> BFloat16Pair.Vector {
    if count >= 32 {
      return BFloat16Pair.vector(
        consecutive: BFloat16Pair.rounded(pointer), BFloat16Pair.rounded(pointer + 16))
    }
    var (low, high) = (Lanes<Float>(), Lanes<Float>())
    for i in 0..<max(0, min(16, count)) { low[i] = pointer[i] }
    for i in 16..<max(16, count) { high[i - 16] = pointer[i] }
    return BFloat16Pair.vector(consecutive: BFloat16Vector.rounded(low), BFloat16Vector.rounded(high))
  }
}
