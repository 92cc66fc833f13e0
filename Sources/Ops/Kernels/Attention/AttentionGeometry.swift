/// The extents of self-attention, and its tiles: the scores of some tokens with all others are in cache at a
/// time, and never in memory.
struct AttentionGeometry: Hashable, Sendable {
  let images: Int, tokens: Int, heads: Int
  /// The channels of a head.
  let depth: Int
  let element: ElementType

  init(_ type: TensorType, heads: Int) {
    (images, tokens, self.heads) = (type.shape[0], type.shape[1], heads)
    depth = type.shape[2] / (3 * heads)
    element = type.element
  }

  var channels: Int { heads * depth }
  /// The stride between tokens in the operand.
  var pitch: Int { 3 * channels }
  /// The tokens of a tile, a multiple of a register tile's rows.
  var rows: Int { min(48, tokens) }
  var tiles: Int { pieces(of: rows, in: tokens) }

  /// A matrix of all tokens in columns, `[depth, T]`: keys, for products that give scores.
  var acrossTokens: PackedPanels { PackedPanels(rows: depth, columns: tokens, element: element) }
  /// A matrix of all tokens in rows, `[T, depth]`: values, for products with weights.
  var allTokens: PackedPanels { PackedPanels(rows: tokens, columns: depth, element: element) }
  /// A matrix of a tile's tokens in rows, `[rows, depth]`.
  var someTokens: PackedPanels { PackedPanels(rows: rows, columns: depth, element: element) }
  /// The elements of a tile's scores.
  var scoreElements: Int { rows * acrossTokens.paddedColumns }

  /// Returns where the queries (0), keys (1) or values (2) of a head begin in the operand.
  @inline(__always)
  func start(_ part: Int, image: Int, head: Int) -> Int {
    image * tokens * pitch + part * channels + head * depth
  }

  var summary: String { "\(images)x\(heads)x\(tokens)x\(depth)" }
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
    var ahead = Prefetcher<T>()
    let operand = PanelOperand(
      base: a, rows: Strided(stride), depth: rows, runs: Strided(0), length: rows, step: 1)
    multiply(
      rows: count, operand, by: packed, to: result, at: Strided(paddedColumns), isPadded: true,
      fetching: &ahead)
  }
}
