/// An operand that a product reads by rows: in memory, or computed per tile by a prologue, so that it is
/// never materialized.
enum OperandPlan: Sendable {
  case stored(BufferSlice)
  /// The prologue: a loop whose result goes where the product reads it.
  case computed(LoopPlan)

  /// Plans to read an operand: where it lies, or else by a prologue, which may only convert it.
  init(_ operand: BufferView, as form: OperandForm = .numbers) {
    if let prologue = operand.prologue {
      self = .computed(prologue)
    } else if form.isRead(from: operand.place.storage) {
      self = .stored(operand.place)
    } else {
      self = .computed(.reading(operand.place, operand.type.shape))
    }
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

  /// Returns the elements needed to hold `rows` computed rows.
  func wholeElements(rows: Int) -> Int {
    guard case .computed(let loop) = self else { return 0 }
    return aligned(rows * loop.columns)
  }

  /// The elements a worker needs for a prologue that writes elsewhere.
  var loopElements: Int {
    guard case .computed(let loop) = self else { return 0 }
    return aligned(loop.workerElements)
  }

  /// Returns the elements a worker needs to compute `rows` rows at a time; `rows` is evaluated only for
  /// computed operands.
  func scratchElements(rows: @autoclosure () -> Int) -> Int {
    isComputed ? wholeElements(rows: rows()) + loopElements : 0
  }
}
