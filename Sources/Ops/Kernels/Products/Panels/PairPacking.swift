/// A number that becomes half of a pair: in single precision, then it is rounded, or in bfloat16.
protocol PairSource {
  var rounded: BFloat16 { get }
  /// Returns sixteen consecutive numbers.
  static func rounded(_ pointer: UnsafePointer<Self>) -> BFloat16Vector.Bits
}

extension Float: PairSource {
  @inline(__always)
  var rounded: BFloat16 { BFloat16(self) }
  @inline(__always)
  static func rounded(_ pointer: UnsafePointer<Float>) -> BFloat16Vector.Bits {
    BFloat16Vector.rounded(load(pointer))
  }
}

extension BFloat16: PairSource {
  @inline(__always)
  var rounded: BFloat16 { self }
  @inline(__always)
  static func rounded(_ pointer: UnsafePointer<BFloat16>) -> BFloat16Vector.Bits {
    UnsafeRawPointer(pointer).loadUnaligned(as: BFloat16Vector.Bits.self)
  }
}

/// Pairs of the rows of a matrix: of the rows 2i and 2i + 1, and of the last with zeros if their number is
/// odd.
struct RowPairs<Number: PairSource> {
  let base: UnsafePointer<Number>
  /// The start offset of each row, and their number.
  let rows: RowOffsets
  let count: Int

  /// The number of rows of pairs.
  var pairs: Int { pieces(of: 2, in: count) }

  /// Writes some columns of a row of pairs.
  @inline(__always)
  func write(_ row: Int, _ columns: Range<Int>, to target: UnsafeMutablePointer<BFloat16Pair>) {
    let first = base + (rows[2 * row] + columns.lowerBound)
    let second = 2 * row + 1 < count ? base + (rows[2 * row + 1] + columns.lowerBound) : nil
    let length = columns.count
    if length < 16 {
      for i in 0..<length {
        target[i] = BFloat16Pair(first[i].rounded, second?[i].rounded ?? BFloat16(bits: 0))
      }
      return
    }
    var i = 0
    while i < length {
      // The last vector overlaps the previous one.
      let place = min(i, length - 16)
      BFloat16Pair.store(
        BFloat16Pair.vector(
          Number.rounded(first + place), second.map { Number.rounded($0 + place) } ?? BFloat16Vector.Bits()),
        target + place)
      i += 16
    }
  }

  /// Writes all pairs as a matrix with row stride `pitch`, the left operand of a product.
  @inline(__always)
  func write(columns: Int, to target: UnsafeMutablePointer<BFloat16Pair>, pitch: Int) {
    for row in 0..<pairs { write(row, 0..<columns, to: target + row * pitch) }
  }
}

/// Packing of pairs. Missing columns are zeros.
extension PackedPanels {
  /// Packs some rows of some panels.
  @inline(__always)
  func pack<Number: PairSource>(
    _ rows: Range<Int>, from source: RowPairs<Number>, panels: Range<Int>,
    to target: UnsafeMutablePointer<BFloat16Pair>
  ) {
    forEachRow(rows, of: panels, in: target, zero: .zero) { row, columns, place in
      source.write(row, columns, to: place)
    }
  }

  /// Packs some rows of one panel of the transpose of a matrix with row stride `pitch`, whose rows have
  /// `length` elements: the elements 2i and 2i + 1 become row i, the last with zeros if their number is odd.
  @inline(__always)
  func packTransposed(
    _ rows: Range<Int>, from source: UnsafePointer<Float>, length: Int, pitch: Int, panel: Int,
    to target: UnsafeMutablePointer<BFloat16Pair>
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
            BFloat16Pair.store(
              unsafeBitCast(vectors[i], to: BFloat16Pair.Vector.self),
              target + (panel * stride + (row + i) * width + column - first))
          }
        }
      }
    }
  }

  /// Returns pairs of up to 32 consecutive numbers, then zeros.
  @inline(__always)
  private func consecutivePairs(_ pointer: UnsafePointer<Float>, count: Int) -> BFloat16Pair.Vector {
    if count >= 32 {
      return BFloat16Pair.vector(consecutive: Float.rounded(pointer), Float.rounded(pointer + 16))
    }
    var (low, high) = (Lanes<Float>(), Lanes<Float>())
    for i in 0..<max(0, min(16, count)) { low[i] = pointer[i] }
    for i in 16..<max(16, count) { high[i - 16] = pointer[i] }
    return BFloat16Pair.vector(consecutive: BFloat16Vector.rounded(low), BFloat16Vector.rounded(high))
  }
}
