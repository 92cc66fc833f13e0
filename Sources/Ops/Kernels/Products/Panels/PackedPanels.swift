import OpenBLAS

/// A matrix packed into panels as wide as a `RegisterTile`, each with contiguous rows, so that a micro-kernel
/// reads it in order. Its producer writes this layout directly, where a BLAS would first make a packed copy.
package struct PackedPanels: Sendable {
  private typealias Products = NumberProducts<Float>

  let rows: Int, columns: Int
  /// The columns per panel, and those of the last one, which is padded.
  let width: Int, lastWidth: Int

  /// Creates a layout.
  ///
  /// - Parameter isUniform: Whether the last panel is as wide as the others; otherwise it is as narrow as its
  ///   columns allow.
  init(rows: Int, columns: Int, element: ElementType = .float32, isUniform: Bool = false) {
    (self.rows, self.columns) = (rows, columns)
    // Four vectors per row, if there are enough registers and columns.
    if element != .float32 || !PackedPanels.hasWideRegisters || columns <= OneVector<Products>.width {
      width = OneVector<Products>.width
    } else {
      width = columns <= TwoVectors<Products>.width ? TwoVectors<Products>.width : FourVectors<Products>.width
    }
    let rest = columns % width
    if isUniform || rest == 0 || rest > TwoVectors<Products>.width {
      lastWidth = width
    } else {
      lastWidth = min(
        width, rest <= OneVector<Products>.width ? OneVector<Products>.width : TwoVectors<Products>.width)
    }
  }

  /// Whether there are 32 registers of 64 bytes.
  static var hasWideRegisters: Bool { LOUPE_WIDE_REGISTERS != 0 }

  var count: Int { pieces(of: width, in: columns) }
  /// The stride between panels, in elements.
  var stride: Int { rows * width }
  var elements: Int { rows * paddedColumns }
  /// The columns, with the padding of the last panel.
  var paddedColumns: Int { max(0, count - 1) * width + (count > 0 ? lastWidth : 0) }
  /// Whether panels leave the L2 cache between one tile of a product and the next.
  var isLarge: Bool { count > 1 && elements > 65_536 }
  /// The stride between several matrices, in elements: not a power of two, so that equal offsets do not map
  /// to the same cache set.
  var pitch: Int { elements + 16 }

  /// Returns the columns of a panel.
  @inline(__always)
  func width(of panel: Int) -> Int { panel == count - 1 ? lastWidth : width }

  /// Returns the place of an element if the panels are uniform.
  @inline(__always)
  func offset(_ row: Int, _ column: Int) -> Int { column / width * stride + row * width + column % width }
}
