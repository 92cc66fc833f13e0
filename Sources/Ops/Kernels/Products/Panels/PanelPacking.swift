/// Packing of matrices. Missing columns are zeros.
extension PackedPanels {
  /// Packs some rows of some panels of a matrix with row stride `pitch`.
  @inline(__always)
  func pack<T: Real>(
    _ rows: Range<Int>, from source: UnsafePointer<T>, pitch: Int, panels: Range<Int>,
    to target: UnsafeMutablePointer<T>
  ) {
    forEachRow(rows, of: panels, in: target, zero: 0) { row, columns, place in
      copy(place, from: source + (row * pitch + columns.lowerBound), columns.count)
    }
  }

  /// Calls `write` with the columns of some rows of some panels and the place for them; missing columns are
  /// zeros.
  @inline(__always)
  func forEachRow<Element>(
    _ rows: Range<Int>, of panels: Range<Int>, in target: UnsafeMutablePointer<Element>, zero: Element,
    _ write: (_ row: Int, _ columns: Range<Int>, _ place: UnsafeMutablePointer<Element>) -> Void
  ) {
    for panel in panels {
      let (first, width) = (panel * width, width(of: panel))
      let count = min(width, columns - first)
      for row in rows {
        let place = target + (panel * stride + row * width)
        if count < width { place.update(repeating: zero, count: width) }
        write(row, first..<first + count, place)
      }
    }
  }

  /// Packs some rows of one panel of the transpose of a matrix with row stride `pitch`.
  @inline(__always)
  func packTransposed<T: Real>(
    _ rows: Range<Int>, from source: UnsafePointer<T>, pitch: Int, panel: Int,
    to target: UnsafeMutablePointer<T>
  ) {
    let (first, width) = (panel * width, width(of: panel))
    StackScratch.with(32, of: T.self) { vectors in
      for column in Swift.stride(from: first, to: first + width, by: 16) {
        for row in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: 16) {
          let (height, length) = (min(16, columns - column), min(16, rows.upperBound - row))
          for i in 0..<16 {
            if i >= height {
              vectors[i] = Lanes(repeating: 0)
            } else {
              let place = source + ((column + i) * pitch + row)
              vectors[i] = length == 16 ? load(place) : load(place, count: length)
            }
          }
          transpose(vectors, spare: vectors + 16)
          for i in 0..<length {
            store(vectors[i], target + (panel * stride + (row + i) * width + column - first))
          }
        }
      }
    }
  }
}
