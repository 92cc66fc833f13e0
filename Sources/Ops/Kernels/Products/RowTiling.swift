/// The division of a result's units, by shape, into tasks of one or more tiles.
struct RowTiling: Sendable {
  let rows: Int
  let rowsPerTile: Int
  let tilesPerTask: Int

  /// Creates tiles of about `rowsPerTile` rows, in at most `mostTasks` tasks.
  init(rows: Int, rowsPerTile: Int, mostTasks: Int = 32) {
    self.rows = rows
    let tiles = max(1, pieces(of: max(1, rowsPerTile), in: rows))
    // Equal tiles, to avoid a very small last one.
    self.rowsPerTile = max(1, pieces(of: tiles, in: rows))
    tilesPerTask = pieces(of: mostTasks, in: tiles)
  }

  var rowsPerTask: Int { rowsPerTile * tilesPerTask }
  var tasks: Int { pieces(of: rowsPerTask, in: rows) }

  /// Calls `body` with the rows of each tile of a task, and those of the next tile, if any.
  @inline(__always)
  func forEachTile(of task: Int, _ body: (_ rows: Range<Int>, _ next: Range<Int>) -> Void) {
    let all = piece(task, of: rowsPerTask, in: rows)
    var row = all.lowerBound
    while row < all.upperBound {
      let end = min(row + rowsPerTile, all.upperBound)
      body(row..<end, end..<min(end + rowsPerTile, all.upperBound))
      row = end
    }
  }

  /// Returns the largest value of a size over all tiles.
  func largest(_ size: (Range<Int>) -> Int) -> Int {
    (0..<tasks).reduce(0) { most, task in
      var most = most
      forEachTile(of: task) { rows, _ in most = max(most, size(rows)) }
      return most
    }
  }
}
