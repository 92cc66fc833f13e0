/// The extents of attention, and its tiles: the scores of some queries for all keys are in cache at a time,
/// and never in memory.
struct AttentionGeometry: Hashable, Sendable {
  let extents: AttentionExtents
  let element: ElementType
  let operandForm: OperandForm

  init(_ form: AttentionForm, _ operands: [BufferView], _ choices: KernelChoices) {
    extents = form.extents(operands.map(\.type.shape))
    element = operands[0].type.element
    operandForm = OperandForm(inPairs: choices.allowsPairs)
  }

  var images: Int { extents.images }
  var queries: Int { extents.queries }
  var keys: Int { extents.keys }
  var heads: Int { extents.heads }
  var depth: Int { extents.depth }
  var channels: Int { extents.channels }
  /// The queries of a tile, a multiple of a register tile's rows.
  var rows: Int { min(48, queries) }
  var tiles: Int { pieces(of: rows, in: queries) }

  // A task computes several heads one after another if there are many, to prefetch each during the one
  // before.
  private var headsPerTask: Int { max(1, min(4, images * heads / 32)) }
  var tasks: Int { pieces(of: headsPerTask, in: images * heads) }

  /// Calls `compute` with each head of a task and a prefetcher, to which `add` has added the reads of the
  /// head after it.
  @inline(__always)
  func forEachHead(
    of task: Int, add: (_ next: ImageHead, _ ahead: inout Prefetcher) -> Void,
    compute: (_ head: ImageHead, _ ahead: inout Prefetcher) -> Void
  ) {
    let own = piece(task, of: headsPerTask, in: images * heads)
    func head(_ index: Int) -> ImageHead { ImageHead(image: index / heads, index: index % heads) }
    for index in own {
      var ahead = Prefetcher()
      if index + 1 < own.upperBound { add(head(index + 1), &ahead) }
      compute(head(index), &ahead)
    }
  }

  // The elements that hold some numbers.
  private func elements(_ numbers: Int) -> Int { pieces(of: operandForm.numbers, in: numbers) }
  /// A matrix of all keys in columns, `[depth, K]`: for products that give scores.
  var acrossKeys: PackedPanels { PackedPanels(rows: elements(depth), columns: keys, element: element) }
  /// A matrix of all keys in rows, `[K, depth]`: values, for products with weights.
  var allKeys: PackedPanels { PackedPanels(rows: elements(keys), columns: depth, element: element) }
  /// A matrix of a tile's queries in rows, `[rows, depth]`.
  var someQueries: PackedPanels { PackedPanels(rows: elements(rows), columns: depth, element: element) }
  /// The elements of a tile's scores.
  var scoreElements: Int { rows * acrossKeys.paddedColumns }
  /// The elements of the results for all tokens of a head, or for those of a tile.
  var headElements: Int { keys * allKeys.paddedColumns }
  var tileElements: Int { rows * allKeys.paddedColumns }
  /// The elements of a left operand that is rounded: of a tile's rows, or of columns of a tile.
  var leftElements: Int { operandForm.isInPairs ? max(rows, 2) * max(depth, keys) : 0 }

  var summary: String {
    "\(images)x\(heads)x\(queries)x" + (queries == keys ? "" : "\(keys)x") + "\(depth)"
  }
  var tile: String { "\(rows)x\(keys)" }
}

extension PackedPanels {
  /// Packs the transpose of a matrix of tokens in rows of `count` numbers.
  @inline(__always)
  func pack<Element: PanelElement>(
    transposing tokens: Tokens<Element.Sum>, count: Int, to target: UnsafeMutablePointer<Element>
  ) {
    for panel in 0..<self.count {
      Element.packTransposed(
        0..<rows, of: self, from: tokens.start, count: count, pitch: tokens.pitch, panel: panel, to: target)
    }
  }

  /// Packs a matrix of `count` tokens in rows.
  @inline(__always)
  func pack<Element: PanelElement>(
    _ tokens: Tokens<Element.Sum>, count: Int, to target: UnsafeMutablePointer<Element>
  ) {
    Element.pack(
      0..<Element.elements(count), of: self, from: tokens.start, count: count, pitch: tokens.pitch,
      panels: 0..<self.count, to: target)
  }

  /// Computes the products of some rows with all columns and their padding, or adds them to the result.
  @inline(__always)
  func multiply<Element: PanelElement>(
    _ count: Int, _ a: PanelOperand<Element>, by packed: UnsafePointer<Element>,
    to result: UnsafeMutablePointer<Element.Sum>, adds: Bool = false, fetching ahead: inout Prefetcher
  ) {
    multiply(
      rows: count, a, by: packed, to: result, at: .strided(paddedColumns), adds: adds, isPadded: true,
      fetching: &ahead)
  }
}
