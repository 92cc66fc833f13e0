/// The extents of attention, and its tiles: the scores of some queries for all keys are in cache at a time,
/// and never in memory.
struct AttentionGeometry: Hashable, Sendable {
  let extents: AttentionExtents
  let element: ElementType

  init(_ form: AttentionForm, _ operands: [BufferView]) {
    extents = form.extents(operands.map(\.type.shape))
    element = operands[0].type.element
  }

  var images: Int { extents.images }
  var queries: Int { extents.queries }
  var keys: Int { extents.keys }
  var heads: Int { extents.heads }
  var depth: Int { extents.depth }
  var channels: Int { extents.channels }
  /// The stride between tokens in the operands.
  var pitch: Int { extents.operand(0).pitch }
  /// The queries of a tile, a multiple of a register tile's rows.
  var rows: Int { min(48, queries) }
  var tiles: Int { pieces(of: rows, in: queries) }

  /// A matrix of all keys in columns, `[depth, K]`: for products that give scores.
  var acrossKeys: PackedPanels { PackedPanels(rows: depth, columns: keys, element: element) }
  /// A matrix of all keys in rows, `[K, depth]`: values, for products with weights.
  var allKeys: PackedPanels { PackedPanels(rows: keys, columns: depth, element: element) }
  /// A matrix of a tile's queries in rows, `[rows, depth]`.
  var someQueries: PackedPanels { PackedPanels(rows: rows, columns: depth, element: element) }
  /// The elements of a tile's scores.
  var scoreElements: Int { rows * acrossKeys.paddedColumns }

  var summary: String {
    "\(images)x\(heads)x\(queries)x" + (queries == keys ? "" : "\(keys)x") + "\(depth)"
  }
  var tile: String { "\(rows)x\(keys)" }
}

extension PackedPanels {
  /// Packs the transpose of a matrix of tokens in rows.
  @inline(__always)
  func pack<T: Real>(
    transposing source: UnsafePointer<T>, pitch: Int, to target: UnsafeMutablePointer<T>
  ) {
    for panel in 0..<count { packTransposed(0..<rows, from: source, pitch: pitch, panel: panel, to: target) }
  }

  /// Computes the products of some rows of `depth` elements, `stride` apart, with all columns and their
  /// padding.
  @inline(__always)
  func multiply<T: KernelReal>(
    _ count: Int, _ a: UnsafePointer<T>, stride: Int, by packed: UnsafePointer<T>,
    to result: UnsafeMutablePointer<T>
  ) {
    var ahead = Prefetcher()
    let operand = PanelOperand(
      base: a, rows: Strided(stride), depth: rows, runs: Strided(0), length: rows, step: 1)
    multiply(
      rows: count, operand, by: packed, to: result, at: Strided(paddedColumns), isPadded: true,
      fetching: &ahead)
  }
}
