import OpenBLAS

/// The left operand of a product with a panel: rows with arbitrary start offsets, each composed of runs of
/// elements, so that image patches or matrix columns are multiplied without copying.
package struct PanelOperand<T> {
  let base: UnsafePointer<T>
  let rows: RowOffsets
  /// The distance of the elements of a row.
  let step: Int
  /// The number of elements in a row.
  let depth: Int
  /// The number of elements in a run, of which the last may have fewer, and the distance between runs.
  let length: Int, runStride: Int

  /// An operand whose rows are single runs.
  @inline(__always)
  init(base: UnsafePointer<T>, rows: RowOffsets, step: Int = 1, depth: Int) {
    (self.base, self.rows, self.step, self.depth) = (base, rows, step, depth)
    (length, runStride) = (depth, 0)
  }

  /// An operand whose rows have several runs.
  @inline(__always)
  init(base: UnsafePointer<T>, rows: RowOffsets, depth: Int, length: Int, runStride: Int) {
    (self.base, self.rows, step, self.depth) = (base, rows, 1, depth)
    (self.length, self.runStride) = (length, runStride)
  }
}

extension PanelOperand {
  /// An operand of some of another one's columns: whole runs, or a part of its only run.
  @inline(__always)
  init(_ other: PanelOperand, columns: Range<Int>) {
    let start =
      other.length < other.depth
      ? columns.lowerBound / other.length * other.runStride : columns.lowerBound * other.step
    (base, rows, step) = (other.base + start, other.rows, other.step)
    (depth, length, runStride) = (columns.count, min(other.length, columns.count), other.runStride)
  }

  /// Returns the number of columns of equal blocks of at most `most` columns, or of single runs if those are
  /// longer.
  @inline(__always)
  func columnBlock(ofAtMost most: Int) -> Int {
    let unit = length < depth ? length : 1
    let units = pieces(of: unit, in: depth)
    return unit * pieces(of: pieces(of: max(1, most / unit), in: units), in: units)
  }
}

/// The destination of a product with a panel.
package struct PanelResult<T> {
  let base: UnsafeMutablePointer<T>
  let rows: RowOffsets
  /// The number of columns written.
  let columns: Int
  /// Whether the product is accumulated into the destination.
  let adds: Bool
}

enum PanelProduct {
  /// The rows of a register tile: by four vectors of columns, they take 24 of 32 registers, and by one 12 of
  /// 16 registers of half its size.
  static var tileHeight: Int { StaticSix.value }

  /// Computes c = a b, or c += a b, for the columns of one panel `b`, which has as many rows as `a` has
  /// columns, while prefetching the following reads.
  @inline(__always)
  static func multiply<T: PanelElement>(
    rows: Int, _ a: PanelOperand<T>, _ b: UnsafePointer<T>, width: Int, to c: PanelResult<T.Sum>,
    fetching ahead: inout Prefetcher
  ) {
    T.multiplyPanel(rows, a, b, width, c, &ahead)
  }

  @inline(never)
  static func multiply<Row: PanelRow>(
    _ type: Row.Type, _ rows: Int, _ a: PanelOperand<Row.Step.Operand>, _ b: UnsafePointer<Row.Step.Operand>,
    _ c: PanelResult<Row.Step.Sum>, _ ahead: inout Prefetcher
  ) {
    // Tiles of equal height, some of them with a row more.
    let tiles = pieces(of: tileHeight, in: rows)
    guard tiles > 0 else { return }
    let (height, higher) = (rows / tiles, rows % tiles)
    let first = higher * (height + 1)
    if higher > 0 { multiplyTiles(type, height + 1, 0..<first, a, b, c, &ahead) }
    multiplyTiles(type, height, first..<rows, a, b, c, &ahead)
  }

  @inline(__always)
  private static func multiplyTiles<Row: PanelRow>(
    _ type: Row.Type, _ height: Int, _ rows: Range<Int>, _ a: PanelOperand<Row.Step.Operand>,
    _ b: UnsafePointer<Row.Step.Operand>, _ c: PanelResult<Row.Step.Sum>, _ ahead: inout Prefetcher
  ) {
    switch height {
    case 6: multiplyTiles(type, StaticSix.self, 6, rows, a, b, c, &ahead)
    case 5: multiplyTiles(type, StaticFive.self, 5, rows, a, b, c, &ahead)
    default: multiplyTiles(type, StaticFour.self, height, rows, a, b, c, &ahead)
    }
  }

  @inline(never)
  private static func multiplyTiles<Row: PanelRow, Height: StaticNumber>(
    _ type: Row.Type, _ height: Height.Type, _ count: Int, _ rows: Range<Int>,
    _ a: PanelOperand<Row.Step.Operand>, _ b: UnsafePointer<Row.Step.Operand>,
    _ c: PanelResult<Row.Step.Sum>, _ ahead: inout Prefetcher
  ) {
    var first = rows.lowerBound
    while first < rows.upperBound {
      let operand = OperandRows<Row.Step.Operand, Height>(a.base, at: a.rows, first: first, count: count)
      if c.adds {
        // Prefetch the destination that the product is added to.
        for i in first..<first + count {
          let target = c.base + c.rows[i]
          for column in stride(from: 0, to: Row.width, by: 16) { loupe_prefetch_to_write(target + column) }
        }
      }
      let lines = ahead.next(depth: a.depth, near: b)
      var tile = RegisterTile<Row, Height>()
      var (run, done) = (operand, 0)
      while done < a.depth {
        let length = min(a.length, a.depth - done)
        tile.add(
          run, step: a.step, depth: length, panel: b + done * Row.width, ahead: lines.after(done))
        run = run.advanced(by: a.runStride)
        done += length
      }
      if c.columns == Row.width {
        tile.store(c.base, at: c.rows, first: first, count: count, adds: c.adds)
      } else {
        storePart(tile, first, count, c)
      }
      first += count
    }
  }

  // Past the last column is the next row, so a partial panel is stored through a temporary tile.
  @inline(never)
  private static func storePart<Row: PanelRow, Height: StaticNumber>(
    _ tile: RegisterTile<Row, Height>, _ first: Int, _ count: Int, _ c: PanelResult<Row.Step.Sum>
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
