/// What is done to the rows of a matrix product while they are in cache: a `LoopPlan` one of whose leaves is the
/// product itself.
public struct EpiloguePlan: Sendable {
  let loop: LoopPlan
  let tile: Int

  /// - Parameter tile: the index of the leaf that is the product.
  public init(_ loop: LoopPlan, tile: Int) {
    self.loop = loop
    self.tile = tile
  }

  var reads: [Place] { loop.leaves.indices.filter { $0 != tile }.map { loop.leaves[$0].place } }
  var writes: [Place] { loop.writtenPlaces() }

  func partialElements(tasks: Int) -> Int { loop.partialWidth * tasks }
}

/// The rows of a result, cut by shape into tasks of one or more tiles.
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
}

/// Where the tiles of a product go, and what is done to them there.
struct ProductSink<T: KernelReal> {
  private let columns: Int
  private let result: UnsafeMutablePointer<T>?
  private let loop: VectorLoop<T>?

  init(
    columns: Int, result: Place?, epilogue: EpiloguePlan?, memory: Memory, partials: Place
  ) {
    self.columns = columns
    self.result = result.map { memory.pointer($0) }
    loop = epilogue.map {
      VectorLoop($0.loop, tile: $0.tile, memory: memory, partials: memory.pointer(partials))
    }
  }

  /// Where the product of `rows` is to be written: its place in memory, or `scratch` if nobody reads it later.
  @inline(__always)
  func destination(rows: Range<Int>, scratch: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<T> {
    result.map { $0 + rows.lowerBound * columns } ?? scratch
  }

  @inline(__always)
  func finish(
    rows: Range<Int>, at tile: UnsafeMutablePointer<T>, part: Int, isFirst: Bool,
    scratch: UnsafeMutablePointer<T>
  ) {
    loop?.run(
      rows: rows, part: part, isFirst: isFirst, tile: tile, tileRow: rows.lowerBound, scratch: scratch)
  }

  @inline(__always)
  func combine(parts: Int, rowsIn: (Int) -> Int) {
    loop?.combine(segment: 0, parts: 0..<parts, rowsIn: rowsIn)
  }
}
