/// A type of the operands of products with panels.
package protocol PanelElement: BitwiseCopyable {
  /// The number type of the sums of products.
  associatedtype Sum: KernelReal
  /// The elements of rows in memory that `packPixels` and `gather` read.
  associatedtype Row: PanelElement = Self where Row.Sum == Sum
  /// The numbers in an element.
  static var numbers: Int { get }
  /// The element of zeros.
  static var zero: Self { get }

  /// Calls `PanelProduct.multiply` with the micro-kernel for a panel width.
  static func multiplyPanel(
    _ rows: Int, _ a: PanelOperand<Self>, _ b: UnsafePointer<Self>, _ width: Int,
    _ c: PanelResult<Sum>, _ ahead: inout Prefetcher)

  /// Packs some rows of some panels: elements of the numbers of a column of `count` rows, which are `pitch`
  /// apart.
  static func pack(
    _ rows: Range<Int>, of layout: PackedPanels, from source: UnsafePointer<Sum>, count: Int, pitch: Int,
    panels: Range<Int>, to target: UnsafeMutablePointer<Self>)
  /// Packs some rows of one panel of the transpose of a matrix, whose rows of `count` numbers are `pitch`
  /// apart.
  static func packTransposed(
    _ rows: Range<Int>, of layout: PackedPanels, from source: UnsafePointer<Sum>, count: Int, pitch: Int,
    panel: Int, to target: UnsafeMutablePointer<Self>)
  /// Packs some panels of the numbers of `pixels`, `pitch` numbers apart; as elements of the same channel of
  /// consecutive pixels.
  static func packPixels(
    _ pixels: Int, of layout: PackedPanels, from source: UnsafePointer<Row>, pitch: Int,
    panels: Range<Int>, to target: UnsafeMutablePointer<Self>)
  /// Gathers some channels of pixels, as elements of the same channel of consecutive pixels.
  ///
  /// - Parameters:
  ///   - places: The place of each pixel, in elements of consecutive channels.
  static func gather(
    _ pixels: Int, at places: UnsafePointer<Int32>, channels: Range<Int>, from source: UnsafePointer<Row>,
    to target: UnsafeMutablePointer<Self>)
  /// Returns rows of `length` numbers, `pitch` apart, as the left operand of a product: where they lie, or as
  /// elements of consecutive numbers in `room`.
  static func rows(
    _ count: Int, of length: Int, from source: UnsafePointer<Sum>, pitch: Int,
    in room: UnsafeMutablePointer<Self>
  ) -> PanelOperand<Self>
  /// Returns the columns of such rows as the left operand of a product: where they lie, or as elements of the
  /// numbers of consecutive rows in `room`.
  static func columns(
    _ count: Int, of length: Int, from source: UnsafePointer<Sum>, pitch: Int,
    in room: UnsafeMutablePointer<Self>
  ) -> PanelOperand<Self>
  /// Rounds elements whose numbers a loop has computed in their place, if it has not rounded them.
  static func roundComputed(_ elements: UnsafeMutablePointer<Self>, _ count: Int)
}

extension PanelElement {
  @inline(__always)
  package static func roundComputed(_ elements: UnsafeMutablePointer<Self>, _ count: Int) {}

  /// Returns the elements that hold some numbers.
  @inline(__always)
  static func elements(_ numbers: Int) -> Int { pieces(of: Self.numbers, in: numbers) }
}

extension PanelElement where Self == Sum {
  @inline(__always)
  package static var numbers: Int { 1 }

  @inline(__always)
  package static func pack(
    _ rows: Range<Int>, of layout: PackedPanels, from source: UnsafePointer<Sum>, count: Int, pitch: Int,
    panels: Range<Int>, to target: UnsafeMutablePointer<Self>
  ) {
    layout.pack(rows, from: source, pitch: pitch, panels: panels, to: target)
  }

  @inline(__always)
  package static func packTransposed(
    _ rows: Range<Int>, of layout: PackedPanels, from source: UnsafePointer<Sum>, count: Int, pitch: Int,
    panel: Int, to target: UnsafeMutablePointer<Self>
  ) {
    layout.packTransposed(rows, from: source, pitch: pitch, panel: panel, to: target)
  }

  @inline(__always)
  package static func packPixels(
    _ pixels: Int, of layout: PackedPanels, from source: UnsafePointer<Self>, pitch: Int,
    panels: Range<Int>, to target: UnsafeMutablePointer<Self>
  ) {
    layout.pack(0..<pixels, from: source, pitch: pitch, panels: panels, to: target)
  }

  @inline(__always)
  package static func gather(
    _ pixels: Int, at places: UnsafePointer<Int32>, channels: Range<Int>, from source: UnsafePointer<Self>,
    to target: UnsafeMutablePointer<Self>
  ) {
    for pixel in 0..<pixels {
      copy(
        target + pixel * channels.count, from: source + (Int(places[pixel]) + channels.lowerBound),
        channels.count)
    }
  }

  @inline(__always)
  package static func rows(
    _ count: Int, of length: Int, from source: UnsafePointer<Sum>, pitch: Int,
    in room: UnsafeMutablePointer<Self>
  ) -> PanelOperand<Self> {
    PanelOperand(base: source, rows: .strided(pitch), depth: length)
  }

  @inline(__always)
  package static func columns(
    _ count: Int, of length: Int, from source: UnsafePointer<Sum>, pitch: Int,
    in room: UnsafeMutablePointer<Self>
  ) -> PanelOperand<Self> {
    PanelOperand(base: source, rows: .strided(1), step: pitch, depth: count)
  }
}

extension Float: PanelElement {
  @inline(__always)
  package static func multiplyPanel(
    _ rows: Int, _ a: PanelOperand<Float>, _ b: UnsafePointer<Float>, _ width: Int,
    _ c: PanelResult<Float>, _ ahead: inout Prefetcher
  ) {
    NumberProducts<Float>.multiplyPanel(rows, a, b, width, c, &ahead)
  }
}

extension Double: PanelElement {
  @inline(__always)
  package static func multiplyPanel(
    _ rows: Int, _ a: PanelOperand<Double>, _ b: UnsafePointer<Double>, _ width: Int,
    _ c: PanelResult<Double>, _ ahead: inout Prefetcher
  ) {
    PanelProduct.multiply(OneVector<NumberProducts<Double>>.self, rows, a, b, c, &ahead)
  }
}

extension ProductStep {
  @inline(__always)
  static func multiplyPanel(
    _ rows: Int, _ a: PanelOperand<Operand>, _ b: UnsafePointer<Operand>, _ width: Int,
    _ c: PanelResult<Sum>, _ ahead: inout Prefetcher
  ) {
    switch width {
    case FourVectors<Self>.width: PanelProduct.multiply(FourVectors<Self>.self, rows, a, b, c, &ahead)
    case TwoVectors<Self>.width: PanelProduct.multiply(TwoVectors<Self>.self, rows, a, b, c, &ahead)
    default: PanelProduct.multiply(OneVector<Self>.self, rows, a, b, c, &ahead)
    }
  }
}
