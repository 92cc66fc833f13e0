/// The units of a result, cut by shape into tasks of one or more tiles.
struct RowTiling: Sendable {
  let rows: Int
  let rowsPerTile: Int
  let tilesPerTask: Int

  /// Tiles of about `rowsPerTile` rows, and at most `mostTasks` tasks.
  init(rows: Int, rowsPerTile: Int, mostTasks: Int = 64) {
    self.rows = rows
    let tiles = max(1, pieces(of: max(1, rowsPerTile), in: rows))
    // Equal tiles, so that the last one is not a sliver.
    self.rowsPerTile = max(1, pieces(of: tiles, in: rows))
    tilesPerTask = pieces(of: mostTasks, in: tiles)
  }

  var rowsPerTask: Int { rowsPerTile * tilesPerTask }
  var tasks: Int { pieces(of: rowsPerTask, in: rows) }

  /// The rows of each tile of a task.
  @inline(__always)
  func forEachTile(of task: Int, _ body: (Range<Int>) -> Void) {
    let all = piece(task, of: rowsPerTask, in: rows)
    var row = all.lowerBound
    while row < all.upperBound {
      body(row..<min(row + rowsPerTile, all.upperBound))
      row += rowsPerTile
    }
  }

  /// The largest of some size that each tile has.
  func largest(_ size: (Range<Int>) -> Int) -> Int {
    (0..<tasks).reduce(0) { most, task in
      var most = most
      forEachTile(of: task) { most = max(most, size($0)) }
      return most
    }
  }
}
