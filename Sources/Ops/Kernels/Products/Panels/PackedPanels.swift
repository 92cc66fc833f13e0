import OpenBLAS

/// A matrix cut into panels of as many columns as a `RegisterTile` has, whose rows lie one after another: a
/// product reads them as they lie, where a BLAS would copy them first. What makes the matrix writes it so.
struct PackedPanels: Sendable {
  let rows: Int, columns: Int
  /// The columns of a panel; the last one has room for as many.
  let width: Int

  init(rows: Int, columns: Int, element: ElementType = .float32) {
    (self.rows, self.columns) = (rows, columns)
    // Four vectors to a row, if there are registers for it and columns enough.
    if element != .float32 || !PackedPanels.hasWideRegisters || columns <= OneVector<Float>.width {
      width = OneVector<Float>.width
    } else {
      width = columns <= TwoVectors<Float>.width ? TwoVectors<Float>.width : FourVectors<Float>.width
    }
  }

  /// Whether there are 32 registers of 64 bytes.
  static var hasWideRegisters: Bool { LOUPE_WIDE_REGISTERS != 0 }

  var count: Int { pieces(of: width, in: columns) }
  /// Elements from a panel to the next.
  var stride: Int { rows * width }
  var elements: Int { count * stride }
  /// Elements from a matrix to the next of several: not a power of two, so that a place that all have does
  /// not fall into the same set of a cache.
  var pitch: Int { elements + 16 }

  @inline(__always)
  func offset(_ row: Int, _ column: Int) -> Int { column / width * stride + row * width + column % width }
}
