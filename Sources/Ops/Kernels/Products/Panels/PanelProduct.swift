import OpenBLAS

/// The first operand of a product with a panel: rows that may begin anywhere, each in runs of elements, so
/// that patches of an image, or columns of a matrix, are multiplied where they lie.
package struct PanelOperand<T, Rows: RowOffsets, Runs: RowOffsets> {
  let base: UnsafePointer<T>
  /// Where each row begins.
  let rows: Rows
  /// The elements of a row.
  let depth: Int
  /// Where each run begins in a row; the last may be shorter.
  let runs: Runs
  /// The elements of a run, and how far they lie apart.
  let length: Int, step: Int
}

/// Where a product with a panel goes.
package struct PanelResult<T, Rows: RowOffsets> {
  let base: UnsafeMutablePointer<T>
  let rows: Rows
  /// The columns that there is room for.
  let columns: Int
  /// Whether the product is added to what is there.
  let adds: Bool
}

enum PanelProduct {
  /// c = a b, or c += a b, for the columns of one panel `b` of some width, which has as many rows as the rows
  /// of `a` have elements. Meanwhile some of what will be read next is fetched.
  @inline(__always)
  static func multiply<T: KernelReal, Rows: RowOffsets, Runs: RowOffsets, Targets: RowOffsets>(
    rows: Int, _ a: PanelOperand<T, Rows, Runs>, _ b: UnsafePointer<T>, width: Int,
    to c: PanelResult<T, Targets>, fetching ahead: inout Prefetcher<T>
  ) {
    T.multiplyPanel(rows, a, b, width, c, &ahead)
  }

  @inline(never)
  static func multiply<Row: PanelRow, Rows: RowOffsets, Runs: RowOffsets, Targets: RowOffsets>(
    _ type: Row.Type, _ rows: Int, _ a: PanelOperand<Row.Element, Rows, Runs>,
    _ b: UnsafePointer<Row.Element>,
    _ c: PanelResult<Row.Element, Targets>, _ ahead: inout Prefetcher<Row.Element>
  ) {
    let tiles = pieces(of: RegisterTile<Row>.mostRows, in: rows)
    for index in 0..<tiles {
      let row = rows * index / tiles
      let count = rows * (index + 1) / tiles - row
      let first = OperandRows(a.base, at: a.rows, first: row, count: count)
      if c.adds {
        // What is added to is fetched meanwhile.
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

  // Past the last column lies the next row: what has no room goes by way of a tile in memory.
  @inline(never)
  private static func storePart<Row: PanelRow, Targets: RowOffsets>(
    _ tile: RegisterTile<Row>, _ first: Int, _ count: Int, _ c: PanelResult<Row.Element, Targets>
  ) {
    withUnsafeBytes(of: tile) { bytes in
      let whole = bytes.assumingMemoryBound(to: Row.Element.self)
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
