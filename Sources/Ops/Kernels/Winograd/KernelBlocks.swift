/// A matrix of kernels divided into blocks: some rows by the columns of a panel.
struct KernelBlocks: Sendable {
  struct Block {
    let rows: Range<Int>, columns: Range<Int>
  }

  let matrix: PackedPanels
  let rowsPerBlock: Int

  var perColumn: Int { pieces(of: rowsPerBlock, in: matrix.rows) }
  var count: Int { perColumn * matrix.count }
  /// The layout of a separate block.
  var panel: PackedPanels {
    PackedPanels(rows: rowsPerBlock, columns: min(matrix.width, matrix.columns), isUniform: true)
  }

  func block(_ index: Int) -> Block { block(row: index / matrix.count, column: index % matrix.count) }

  func block(row: Int, column: Int) -> Block {
    Block(
      rows: piece(row, of: rowsPerBlock, in: matrix.rows),
      columns: piece(column, of: matrix.width, in: matrix.columns))
  }
}
