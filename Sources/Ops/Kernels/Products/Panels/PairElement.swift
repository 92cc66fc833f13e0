import Foundation
import OpenBLAS

/// Subnormal numbers are taken as zeros, in operands, in sums and in the result.
extension BFloat16Pair: PanelElement {
  package typealias Sum = Float

  @inline(__always)
  package static var numbers: Int { 2 }

  @inline(__always)
  package static var zero: BFloat16Pair { BFloat16Pair(bits: 0) }

  @inline(__always)
  package static func pack(
    _ rows: Range<Int>, of layout: PackedPanels, from source: UnsafePointer<Float>, count: Int, pitch: Int,
    panels: Range<Int>, to target: UnsafeMutablePointer<BFloat16Pair>
  ) {
    layout.pack(
      rows, from: RowPairs(base: source, rows: .strided(pitch), count: count), panels: panels, to: target)
  }

  @inline(__always)
  package static func packTransposed(
    _ rows: Range<Int>, of layout: PackedPanels, from source: UnsafePointer<Float>, count: Int, pitch: Int,
    panel: Int, to target: UnsafeMutablePointer<BFloat16Pair>
  ) {
    layout.packTransposed(rows, from: source, length: count, pitch: pitch, panel: panel, to: target)
  }

  @inline(__always)
  package static func packPixels(
    _ pixels: Int, of layout: PackedPanels, from source: UnsafePointer<BFloat16Pair>, pitch: Int,
    panels: Range<Int>, to target: UnsafeMutablePointer<BFloat16Pair>
  ) {
    let rows = RowPairs(base: numbers(at: source), rows: .strided(pitch), count: pixels)
    layout.pack(0..<rows.pairs, from: rows, panels: panels, to: target)
  }

  @inline(__always)
  package static func gather(
    _ pixels: Int, at places: UnsafePointer<Int32>, channels: Range<Int>,
    from source: UnsafePointer<BFloat16Pair>,
    to target: UnsafeMutablePointer<BFloat16Pair>
  ) {
    RowPairs(
      base: numbers(at: source) + channels.lowerBound, rows: .listed(places, unit: 2), count: pixels
    )
    .write(columns: channels.count, to: target, pitch: channels.count)
  }

  @inline(__always)
  package static func rows(
    _ count: Int, of length: Int, from source: UnsafePointer<Float>, pitch: Int,
    in room: UnsafeMutablePointer<BFloat16Pair>
  ) -> PanelOperand<BFloat16Pair> {
    let pairs = elements(length)
    let target = UnsafeMutableRawPointer(room).assumingMemoryBound(to: BFloat16.self)
    for row in 0..<count {
      round(target + row * 2 * pairs, from: source + row * pitch, length)
      if length < 2 * pairs { target[row * 2 * pairs + length] = BFloat16(bits: 0) }
    }
    return PanelOperand(base: UnsafePointer(room), rows: .strided(pairs), depth: pairs)
  }

  @inline(__always)
  package static func columns(
    _ count: Int, of length: Int, from source: UnsafePointer<Float>, pitch: Int,
    in room: UnsafeMutablePointer<BFloat16Pair>
  ) -> PanelOperand<BFloat16Pair> {
    RowPairs(base: source, rows: .strided(pitch), count: count).write(
      columns: length, to: room, pitch: length)
    return PanelOperand(base: UnsafePointer(room), rows: .strided(1), step: length, depth: elements(count))
  }

  @inline(__always)
  private static func numbers(at source: UnsafePointer<BFloat16Pair>) -> UnsafePointer<BFloat16> {
    UnsafeRawPointer(source).assumingMemoryBound(to: BFloat16.self)
  }

  /// Whether products are computed by the processor's instruction for them. If not, or if the environment
  /// variable LOUPE_BF16 is `software`, they have the same bits in twice the time.
  package static let usesInstruction = usesInstruction(ProcessInfo.processInfo.environment)

  static func usesInstruction(_ environment: [String: String]) -> Bool {
    BFloat16Vector.hasInstructions && environment["LOUPE_BF16"] != "software"
  }

  @inline(__always)
  package static func multiplyPanel(
    _ rows: Int, _ a: PanelOperand<BFloat16Pair>, _ b: UnsafePointer<BFloat16Pair>, _ width: Int,
    _ c: PanelResult<Float>, _ ahead: inout Prefetcher
  ) {
    // The instruction needs no control word, but the additions to the result are to be the same each way.
    withoutSubnormals {
      if usesInstruction {
        PairProducts.multiplyPanel(rows, a, b, width, c, &ahead)
      } else {
        SoftwarePairProducts.multiplyPanel(rows, a, b, width, c, &ahead)
      }
    }
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
