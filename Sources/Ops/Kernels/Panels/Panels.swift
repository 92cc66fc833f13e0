import OpenBLAS

/// A matrix cut into panels of as many columns as a `RegisterTile` has, whose rows lie one after another: a product
/// reads them as they lie, where a BLAS would copy them first. What makes the matrix writes it so.
struct Panels: Sendable {
  let rows: Int, columns: Int
  /// The columns of a panel; the last one has room for as many.
  let width: Int

  init(rows: Int, columns: Int, element: ElementType = .float32) {
    (self.rows, self.columns) = (rows, columns)
    width = element == .float32 ? Panels.floatWidth : OneVector<Double>.width
  }

  /// The columns of Float that fit in registers: four vectors to a row where there are 32 registers of 64 bytes.
  static var floatWidth: Int { hasWideRegisters ? FourVectors<Float>.width : OneVector<Float>.width }
  static var hasWideRegisters: Bool { LOUPE_WIDE_REGISTERS != 0 }

  var count: Int { pieces(of: width, in: columns) }
  /// Elements from a panel to the next.
  var stride: Int { rows * width }
  var elements: Int { count * stride }
  /// Elements from a matrix to the next of several: not a power of two, so that a place that all have does not fall into
  /// the same set of a cache.
  var pitch: Int { elements + 16 }

  @inline(__always)
  func offset(_ row: Int, _ column: Int) -> Int { column / width * stride + row * width + column % width }
}
