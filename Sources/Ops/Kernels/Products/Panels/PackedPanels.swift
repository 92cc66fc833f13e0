import OpenBLAS

/// A matrix packed into panels as wide as a `RegisterTile`, each with contiguous rows, so that a micro-kernel
/// reads it in order. Its producer writes this layout directly, where a BLAS would first make a packed copy.
struct PackedPanels: Sendable {
  let rows: Int, columns: Int
  /// The columns per panel; the last one is padded.
  let width: Int

  init(rows: Int, columns: Int, element: ElementType = .float32) {
    (self.rows, self.columns) = (rows, columns)
    // Four vectors per row, if there are enough registers and columns.
    if element != .float32 || !PackedPanels.hasWideRegisters || columns <= OneVector<Float>.width {
      width = OneVector<Float>.width
    } else {
      width = columns <= TwoVectors<Float>.width ? TwoVectors<Float>.width : FourVectors<Float>.width
    }
  }

  /// Whether there are 32 registers of 64 bytes.
  static var hasWideRegisters: Bool { LOUPE_WIDE_REGISTERS != 0 }

  var count: Int { pieces(of: width, in: columns) }
  /// The stride between panels, in elements.
  var stride: Int { rows * width }
  var elements: Int { count * stride }
  /// The stride between several matrices, in elements: not a power of two, so that equal offsets do not map
  /// to the same cache set.
  var pitch: Int { elements + 16 }

  @inline(__always)
  func offset(_ row: Int, _ column: Int) -> Int { column / width * stride + row * width + column % width }
}
