/// The softmax of rows, read from memory or computed by a prologue; each exponential is computed once.
struct SoftmaxPlan: KernelPlan {
  let rows: Int
  let columns: Int
  let x: OperandPlan
  // The prologue's rows for each row of the softmax.
  let loopRows: Int
  let result: BufferSlice

  var rowsPerTask: Int { max(1, 4096 / max(1, columns)) }

  var reads: [BufferSlice] { x.reads }
  var writes: [BufferSlice] { [result] }
  var summary: String { "softmax \(rows)x\(columns)" }
  var tile: String { "\(min(rowsPerTask, rows))x\(columns)" }

  var workerElements: Int { x.scratchElements(rows: rowsPerTask * loopRows) }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { SoftmaxKernel(self, memory).kernel }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { SoftmaxKernel(self, memory).kernel }
}

final class SoftmaxKernel<T: KernelReal> {
  private let phases: [Int]
  private let plan: SoftmaxPlan
  private let source: OperandReader<T>
  private let result: UnsafeMutablePointer<T>
  private let memory: CallMemory<T>

  init(_ plan: SoftmaxPlan, _ memory: CallMemory<T>) {
    self.plan = plan
    self.memory = memory
    source = OperandReader(plan.x, memory)
    result = ResultWriter(plan.result, memory).elements
    phases = [pieces(of: plan.rowsPerTask, in: plan.rows)]
  }

  /// The kernel for workers.
  var kernel: TaskKernel { TaskKernel(phases: phases, run) }

  private func run(phase: Int, task: Int, worker: Int) {
    let (rows, columns) = (piece(task, of: plan.rowsPerTask, in: plan.rows), plan.columns)
    let x = source.rows(
      rows.lowerBound * plan.loopRows..<rows.upperBound * plan.loopRows, scratch: memory.scratch(of: worker))
    for row in rows { softmax(x + row * columns, columns, to: result + row * columns) }
  }

  private func softmax(_ x: UnsafePointer<T>, _ count: Int, to result: UnsafeMutablePointer<T>) {
    let last = softmaxRow(x, count, scale: 1, to: result)
    store(last, result + (count & ~15), count: count & 15)
  }
}

/// Writes the softmax of a row of numbers times a scale, in whole vectors, and returns the last vector, whose
/// lanes after the row are 0.
@inline(__always)
func softmaxRow<T: KernelReal>(
  _ x: UnsafePointer<T>, _ count: Int, scale: T, to result: UnsafeMutablePointer<T>
) -> Lanes<T> {
  let (whole, scale) = (count & ~15, Lanes<T>(repeating: scale))
  // The unused lanes are -infinity, with exponential 0.
  var last = Lanes<T>(repeating: -.infinity)
  for lane in 0..<count - whole { last[lane] = x[whole + lane] }
  let most = Lanes<T>(repeating: largestElement(x, whole, last))
  var sum = Lanes<T>(repeating: 0)
  var i = 0
  while i < whole {
    let power = T.exp((load(x + i) - most) * scale)
    sum += power
    store(power, result + i)
    i += 16
  }
  last = T.exp((last - most) * scale)
  let share = Lanes<T>(repeating: 1 / folded(sum + last) { $0 + $1 })
  i = 0
  while i < whole {
    store(load(result + i) * share, result + i)
    i += 16
  }
  return last * share
}

// Returns the largest of a row's whole vectors and its last one: four vectors at a time, as each maximum
// waits for the one before. A function of its own, as loads are calls in one that is too long.
@inline(never)
private func largestElement<T: KernelReal>(_ x: UnsafePointer<T>, _ whole: Int, _ last: Lanes<T>) -> T {
  // Not -infinity, as subtracting it from itself gives NaN.
  var largest = T.larger(Lanes(repeating: -T.greatestFiniteMagnitude), last)
  var (second, third, fourth) = (largest, largest, largest)
  var i = 0
  while i + 64 <= whole {
    largest = T.larger(largest, load(x + i))
    second = T.larger(second, load(x + i + 16))
    third = T.larger(third, load(x + i + 32))
    fourth = T.larger(fourth, load(x + i + 48))
    i += 64
  }
  largest = T.larger(T.larger(largest, second), T.larger(third, fourth))
  while i < whole {
    largest = T.larger(largest, load(x + i))
    i += 16
  }
  return folded(largest) { T.larger($0, $1) }
}

extension Softmax: LoweredOperation {
  package func acceptsPrologue(operand: Int) -> Bool { true }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    let shape = result.type.shape
    let columns = shape.dimensions.suffix(axisCount).reduce(1, *)
    let loopColumns = operands[0].prologue?.columns ?? columns
    return SoftmaxPlan(
      rows: shape.count / max(1, columns), columns: columns, x: OperandPlan(operands[0]),
      loopRows: columns / max(1, loopColumns), result: result.place)
  }
}
