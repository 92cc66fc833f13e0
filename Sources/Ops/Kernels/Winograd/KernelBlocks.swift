/// A matrix of kernels cut into blocks: some rows by the columns of a panel.
struct KernelBlocks: Sendable {
  struct Block {
    let rows: Range<Int>, columns: Range<Int>
  }

  let rows: Int, columns: Int
  let rowsPerBlock: Int

  var perColumn: Int { pieces(of: rowsPerBlock, in: rows) }
  var perRow: Int { pieces(of: Panels.floatWidth, in: columns) }
  var count: Int { perColumn * perRow }
  /// A block by itself.
  var panel: Panels { Panels(rows: rowsPerBlock, columns: min(Panels.floatWidth, columns)) }

  func block(_ index: Int) -> Block { block(row: index / perRow, column: index % perRow) }

  func block(row: Int, column: Int) -> Block {
    Block(
      rows: piece(row, of: rowsPerBlock, in: rows), columns: piece(column, of: Panels.floatWidth, in: columns)
    )
  }
}
