import OpenBLAS

/// The left operand of a product with a panel: rows with arbitrary start offsets, each composed of runs of
/// elements, so that image patches or matrix columns are multiplied without copying.
package struct PanelOperand<T, Rows: RowOffsets, Runs: RowOffsets> {
  let base: UnsafePointer<T>
  /// The start offset of each row.
  let rows: Rows
  /// The number of elements in a row.
  let depth: Int
  /// The start offset of each run within a row; the last run may be shorter.
  let runs: Runs
  /// The number of elements in a run, and their stride.
  let length: Int, step: Int
}

/// The destination of a product with a panel.
package struct PanelResult<T, Rows: RowOffsets> {
  let base: UnsafeMutablePointer<T>
  let rows: Rows
  /// The number of columns written.
  let columns: Int
  /// Whether the product is accumulated into the destination.
  let adds: Bool
}

enum PanelProduct {
  /// Computes c = a b, or c += a b, for the columns of one panel `b`, which has as many rows as `a` has
  /// columns, while prefetching the following reads.
  @inline(__always)
  static func multiply<T: PanelElement, Rows: RowOffsets, Runs: RowOffsets, Targets: RowOffsets>(
    rows: Int, _ a: PanelOperand<T, Rows, Runs>, _ b: UnsafePointer<T>, width: Int,
    to c: PanelResult<T.Sum, Targets>, fetching ahead: inout Prefetcher
  ) {
    T.multiplyPanel(rows, a, b, width, c, &ahead)
  }

  @inline(never)
  static func multiply<Row: PanelRow, Rows: RowOffsets, Runs: RowOffsets, Targets: RowOffsets>(
    _ type: Row.Type, _ rows: Int, _ a: PanelOperand<Row.Step.Operand, Rows, Runs>,
    _ b: UnsafePointer<Row.Step.Operand>,
    _ c: PanelResult<Row.Step.Sum, Targets>, _ ahead: inout Prefetcher
  ) {
    let tiles = pieces(of: RegisterTile<Row>.mostRows, in: rows)
    for index in 0..<tiles {
      let row = rows * index / tiles
      let count = rows * (index + 1) / tiles - row
      let first = OperandRows(a.base, at: a.rows, first: row, count: count)
      if c.adds {
        // Prefetch the destination that the product is added to.
        for i in row..<row + count {
          let target = c.base + c.rows[i]
          for column in stride(from: 0, to: Row.width, by: 16) { loupe_prefetch_to_write(target + column) }
        }
      }
      let lines = ahead.next(depth: a.depth, near: b)
      var tile = RegisterTile<Row>()
      var (run, done) = (0, 0)
      while done < a.depth {
        let length = min(a.length, a.depth - done)
        tile.add(
          first.advanced(by: a.runs[run]), step: a.step, depth: length, panel: b + done * Row.width,
          ahead: lines.after(done))
        run += 1
        done += length
      }
      if c.columns == Row.width {
        tile.store(c.base, at: c.rows, first: row, count: count, adds: c.adds)
      } else {
        storePart(tile, row, count, c)
      }
    }
  }

  // Past the last column is the next row, so a partial panel is stored through a temporary tile.
  @inline(never)
  private static func storePart<Row: PanelRow, Targets: RowOffsets>(
    _ tile: RegisterTile<Row>, _ first: Int, _ count: Int, _ c: PanelResult<Row.Step.Sum, Targets>
  ) {
    withUnsafeBytes(of: tile) { bytes in
      let whole = bytes.assumingMemoryBound(to: Row.Step.Sum.self)
      for i in 0..<count {
        let target = c.base + c.rows[first + i]
        for column in 0..<c.columns {
          let value = whole[i * Row.width + column]
          target[column] = c.adds ? target[column] + value : value
        }
      }
    }
  }
}

extension PackedPanels {
  /// Computes the products of some rows with all columns, or adds them to the result.
  ///
  /// - Parameters:
  ///   - packed: The packed matrix.
  ///   - targets: The start offset of each row of the result.
  ///   - isPadded: Whether the result has room for the padding of the last panel, which is then written too.
  @inline(__always)
  func multiply<T: PanelElement, Rows: RowOffsets, Runs: RowOffsets, Targets: RowOffsets>(
    rows: Int, _ a: PanelOperand<T, Rows, Runs>, by packed: UnsafePointer<T>,
    to result: UnsafeMutablePointer<T.Sum>, at targets: Targets, adds: Bool = false, isPadded: Bool = false,
    fetching ahead: inout Prefetcher
  ) {
    for panel in 0..<count {
      let (first, width) = (panel * width, width(of: panel))
      PanelProduct.multiply(
        rows: rows, a, packed + panel * stride, width: width,
        to: PanelResult(
          base: result + first, rows: targets, columns: isPadded ? width : min(width, columns - first),
          adds: adds), fetching: &ahead)
    }
  }
}
