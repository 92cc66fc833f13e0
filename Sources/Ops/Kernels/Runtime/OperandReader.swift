/// Reads an operand of a call, in memory or computed by a prologue, as elements of the products that the
/// kernel computes: numbers of its precision, or pairs of bfloat16. Rows are as many elements apart as hold
/// their numbers.
struct OperandReader<Element: PanelElement> {
  typealias Number = Element.Sum

  private let stored: UnsafePointer<Element>?
  private let loop: VectorLoop<Number>?
  // Whether the loop writes numbers of bfloat16 as they are.
  private let isRounded: Bool

  init(_ operand: OperandPlan, _ memory: CallMemory<Number>) {
    switch operand {
    case .stored(let place):
      stored = UnsafePointer(memory.elements(of: place))
      (loop, isRounded) = (nil, true)
    case .computed(let plan):
      stored = nil
      loop = VectorLoop(plan, roundsTarget: Element.self == BFloat16Pair.self, memory)
      isRounded = plan.onlyWidens
    }
  }

  /// A reader of an operand in memory.
  init(_ place: BufferSlice, _ memory: CallMemory<Number>) { self.init(.stored(place), memory) }

  /// The elements of an operand in memory, contiguous.
  var elements: UnsafePointer<Element> {
    guard let stored else { fatalError("an operand that is computed is read by rows") }
    return stored
  }

  // The elements of a computed row.
  @inline(__always)
  private var columns: Int { (loop?.columns ?? 0) / Element.numbers }

  /// Returns the address of row 0, valid for the given rows; computed rows are in `scratch`.
  @inline(__always)
  func rows(_ rows: Range<Int>, scratch: UnsafeMutablePointer<Element>) -> UnsafePointer<Element> {
    if let stored { return stored }
    let numbers = reinterpreted(scratch, as: Number.self) + aligned(rows.count * columns * Element.numbers)
    return compute(rows, scratch, reinterpreted(numbers, as: Element.self))
  }

  /// Adds the reads of some rows, `pitch` apart if in memory, to the prefetcher; all columns if nil.
  @inline(__always)
  func add(_ rows: Range<Int>, columns: Range<Int>? = nil, pitch: Int, to ahead: inout Prefetcher) {
    if let stored, let columns {
      ahead.add(
        stored + (rows.lowerBound * pitch + columns.lowerBound), rows: rows.count, columns: columns.count,
        pitch: pitch)
    } else if let stored {
      ahead.add(stored + rows.lowerBound * pitch, count: rows.count * pitch)
    } else {
      loop?.add(rows, to: &ahead)
    }
  }

  /// Writes some channels of some rows to `target`; of computed rows, all channels.
  @inline(__always)
  func write(
    _ rows: Range<Int>, channels: Range<Int>, of pitch: Int, to target: UnsafeMutablePointer<Element>,
    scratch: UnsafeMutablePointer<Element>
  ) {
    guard let stored else {
      _ = compute(rows, target, scratch)
      return
    }
    let count = channels.count
    let (source, target) = (reinterpreted(stored, as: Number.self), reinterpreted(target, as: Number.self))
    if count == pitch {
      return copy(target, from: source + rows.lowerBound * pitch, rows.count * pitch)
    }
    for row in rows {
      copy(
        target + (row - rows.lowerBound) * count, from: source + (row * pitch + channels.lowerBound), count)
    }
  }

  /// Returns the address of row 0 after `store` has been called for all rows; computed rows are in `memory`.
  func whole(in memory: UnsafeMutablePointer<Element>) -> UnsafePointer<Element> {
    stored ?? UnsafePointer(memory)
  }

  /// Computes some rows into `memory`, which starts at row 0.
  func store(
    _ rows: Range<Int>, in memory: UnsafeMutablePointer<Element>, scratch: UnsafeMutablePointer<Element>
  ) {
    guard loop != nil else { return }
    _ = compute(rows, memory + rows.lowerBound * columns, scratch)
  }

  @inline(never)
  private func compute(
    _ rows: Range<Int>, _ first: UnsafeMutablePointer<Element>, _ scratch: UnsafeMutablePointer<Element>
  ) -> UnsafePointer<Element> {
    guard let loop else { fatalError("an operand is in memory or computed") }
    let target = first - rows.lowerBound * columns
    loop.run(
      rows: rows, part: 0, isFirst: false, tile: nil, tileRow: 0, target: UnsafeMutableRawPointer(target),
      scratch: reinterpreted(scratch, as: Number.self))
    if !isRounded { Element.roundComputed(first, rows.count * columns) }
    return UnsafePointer(target)
  }
}
