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
