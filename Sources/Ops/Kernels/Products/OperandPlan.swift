/// An operand that a product reads by rows: in memory, or computed from what is in memory for each tile,
/// while the tile is in cache, so that it never takes any memory.
enum OperandPlan: Sendable {
  case stored(BufferSlice)
  /// The prologue: a loop whose one result goes where the product wants it.
  case computed(LoopPlan)

  init(_ operand: BufferView) {
    self = operand.prologue.map { .computed($0) } ?? .stored(operand.place)
  }

  var reads: [BufferSlice] {
    switch self {
    case .stored(let place): return [place]
    case .computed(let loop): return loop.leafReads()
    }
  }

  var isComputed: Bool {
    if case .computed = self { return true }
    return false
  }

  /// Elements needed to keep `rows` rows, if they are computed.
  func wholeElements(rows: Int) -> Int {
    guard case .computed(let loop) = self else { return 0 }
    return aligned(rows * loop.columns)
  }

  /// Elements a worker needs to compute rows that are kept elsewhere.
  var loopElements: Int {
    guard case .computed(let loop) = self else { return 0 }
    return aligned(loop.workerElements)
  }

  /// Elements a worker needs to compute `rows` rows at a time; how many there are is asked only then.
  func scratchElements(rows: @autoclosure () -> Int) -> Int {
    isComputed ? wholeElements(rows: rows()) + loopElements : 0
  }
}

/// A `OperandPlan` bound to memory.
struct OperandReader<T: KernelReal> {
  private let stored: UnsafeMutablePointer<T>?
  private let loop: VectorLoop<T>?

  init(_ operand: OperandPlan, _ memory: CallMemory<T>) {
    switch operand {
    case .stored(let place):
      stored = memory.pointer(place)
      loop = nil
    case .computed(let plan):
      stored = nil
      loop = VectorLoop(plan, memory)
    }
  }

  /// Where row 0 lies, as far as the given rows are concerned; computed, they are in `scratch`.
  @inline(__always)
  func rows(_ rows: Range<Int>, scratch: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<T> {
    if let stored { return stored }
    return compute(rows, scratch, scratch + aligned(rows.count * (loop?.columns ?? 0)))
  }

  /// Adds what is read for some rows, which lie `pitch` apart if they are in memory.
  @inline(__always)
  func add(_ rows: Range<Int>, pitch: Int, to ahead: inout Prefetcher<T>) {
    if let stored {
      ahead.add(stored + rows.lowerBound * pitch, count: rows.count * pitch)
    } else {
      loop?.add(rows, to: &ahead)
    }
  }

  /// Writes some channels of some rows to `target`; of rows that are computed, all channels.
  @inline(__always)
  func write(
    _ rows: Range<Int>, channels: Range<Int>, of pitch: Int, to target: UnsafeMutablePointer<T>,
    scratch: UnsafeMutablePointer<T>
  ) {
    guard let stored else {
      _ = compute(rows, target, scratch)
      return
    }
    let count = channels.count
    if count == pitch {
      return copy(target, from: stored + rows.lowerBound * pitch, rows.count * pitch)
    }
    for row in rows {
      copy(
        target + (row - rows.lowerBound) * count, from: stored + (row * pitch + channels.lowerBound), count)
    }
  }

  /// Where row 0 lies once `store` has been called for all rows, with `memory` for those that are computed.
  func whole(in memory: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<T> { stored ?? memory }

  /// Computes some rows and keeps them in `memory`, where row 0 is the first.
  func store(_ rows: Range<Int>, in memory: UnsafeMutablePointer<T>, scratch: UnsafeMutablePointer<T>) {
    guard let loop else { return }
    _ = compute(rows, memory + rows.lowerBound * loop.columns, scratch)
  }

  @inline(never)
  @_specialize(where T == Float)
  @_specialize(where T == Double)
  private func compute(
    _ rows: Range<Int>, _ first: UnsafeMutablePointer<T>, _ scratch: UnsafeMutablePointer<T>
  ) -> UnsafeMutablePointer<T> {
    guard let loop else { fatalError("an operand is in memory or computed") }
    let target = first - rows.lowerBound * loop.columns
    loop.run(
      rows: rows, part: 0, isFirst: false, tile: nil, tileRow: 0, target: target, scratch: scratch)
    return target
  }
}
