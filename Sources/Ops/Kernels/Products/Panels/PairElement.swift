import OpenBLAS

/// A pair of bfloat16 as an element of products, packed or not. Subnormal numbers are taken as zeros, in
/// operands, in sums and in the result.
protocol PairElement: PanelElement where Sum == Float {
  /// Sixteen numbers.
  associatedtype Numbers
  associatedtype Step: ProductStep where Step.Operand == Self, Step.Sum == Float
  static var zeros: Numbers { get }

  /// Loads sixteen numbers, and rounds them to nearest.
  static func rounded(_ pointer: UnsafePointer<Float>) -> Numbers
  static func load(_ pointer: UnsafePointer<BFloat16>) -> Numbers
  /// Rounds some numbers to nearest, and makes pairs of consecutive ones, the last with zero if their number
  /// is odd.
  static func round(_ target: UnsafeMutablePointer<Self>, from source: UnsafePointer<Float>, _ count: Int)
  /// Stores the pairs of some numbers with the number of the same lane, as consecutive elements.
  static func store(_ first: Numbers, _ second: Numbers, row target: UnsafeMutablePointer<Self>)
  /// Stores such pairs as part of a row of a panel.
  static func store(_ first: Numbers, _ second: Numbers, panel target: UnsafeMutablePointer<Self>)
  /// Stores packed pairs as part of a row of a panel.
  static func store(_ pairs: BFloat16Pair.Vector, panel target: UnsafeMutablePointer<Self>)
}

extension PairElement {
  @inline(__always)
  package static var numbers: Int { 2 }

  @inline(__always)
  package static func multiplyPanel(
    _ rows: Int, _ a: PanelOperand<Self>, _ b: UnsafePointer<Self>, _ width: Int,
    _ c: PanelResult<Float>, _ ahead: inout Prefetcher
  ) {
    // The instruction needs no control word, but the additions to the result are to be the same each way.
    withoutSubnormals { Step.multiplyPanel(rows, a, b, width, c, &ahead) }
  }

  @inline(__always)
  package static func pack(
    _ rows: Range<Int>, of layout: PackedPanels, from source: UnsafePointer<Float>, count: Int, pitch: Int,
    panels: Range<Int>, to target: UnsafeMutablePointer<Self>
  ) {
    RowPairs<Rounding<Self>>(base: source, rows: .strided(pitch), count: count)
      .pack(rows, of: layout, panels: panels, to: target)
  }

  @inline(__always)
  package static func packTransposed(
    _ rows: Range<Int>, of layout: PackedPanels, from source: UnsafePointer<Float>, count: Int, pitch: Int,
    panel: Int, to target: UnsafeMutablePointer<Self>
  ) {
    layout.packTransposed(rows, from: source, length: count, pitch: pitch, panel: panel, to: target)
  }

  @inline(__always)
  package static func packPixels(
    _ pixels: Int, of layout: PackedPanels, from source: UnsafePointer<BFloat16Pair>, pitch: Int,
    panels: Range<Int>, to target: UnsafeMutablePointer<Self>
  ) {
    let rows = RowPairs<Reading<Self>>(base: numbers(at: source), rows: .strided(pitch), count: pixels)
    rows.pack(0..<rows.pairs, of: layout, panels: panels, to: target)
  }

  @inline(__always)
  package static func gather(
    _ pixels: Int, at places: UnsafePointer<Int32>, channels: Range<Int>,
    from source: UnsafePointer<BFloat16Pair>, to target: UnsafeMutablePointer<Self>
  ) {
    RowPairs<Reading<Self>>(
      base: numbers(at: source) + channels.lowerBound, rows: .listed(places, unit: 2), count: pixels
    )
    .write(columns: channels.count, to: target)
  }

  @inline(__always)
  package static func rows(
    _ count: Int, of length: Int, from source: UnsafePointer<Float>, pitch: Int,
    in room: UnsafeMutablePointer<Self>
  ) -> PanelOperand<Self> {
    let pairs = elements(length)
    for row in 0..<count { round(room + row * pairs, from: source + row * pitch, length) }
    return PanelOperand(base: UnsafePointer(room), rows: .strided(pairs), depth: pairs)
  }

  @inline(__always)
  package static func columns(
    _ count: Int, of length: Int, from source: UnsafePointer<Float>, pitch: Int,
    in room: UnsafeMutablePointer<Self>
  ) -> PanelOperand<Self> {
    RowPairs<Rounding<Self>>(base: source, rows: .strided(pitch), count: count)
      .write(columns: length, to: room)
    return PanelOperand(base: UnsafePointer(room), rows: .strided(1), step: length, depth: elements(count))
  }

  @inline(__always)
  private static func numbers(at source: UnsafePointer<BFloat16Pair>) -> UnsafePointer<BFloat16> {
    UnsafeRawPointer(source).assumingMemoryBound(to: BFloat16.self)
  }

  /// Runs with subnormal numbers read and written as zeros by this thread.
  @inline(__always)
  static func withoutSubnormals(_ body: () -> Void) {
    let control = loupe_control()
    loupe_set_control(control | LOUPE_FLUSHES_SUBNORMALS)
    body()
    loupe_set_control(control)
  }
}
