/// The logarithm of sums of exponentials, a row at a time; other axes are left to the reference kernel.
struct LogSumExpPlan: KernelPlan {
  let rows: Int
  let columns: Int
  let x: Place
  let result: Place

  var reads: [Place] { [x] }
  var writes: [Place] { [result] }
  var summary: String { "log-sum-exp \(rows)x\(columns)" }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    makeKernel(element) {
      LogSumExpKernel<Float>(self, memory)
    } _: {
      LogSumExpKernel<Double>(self, memory)
    }
  }
}

final class LogSumExpKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let rows: Int, columns: Int, rowsPerTask: Int
  private let x: UnsafeMutablePointer<T>, result: UnsafeMutablePointer<T>
  private let memory: Memory

  init(_ plan: LogSumExpPlan, _ memory: Memory) {
    (rows, columns) = (plan.rows, plan.columns)
    (x, result) = (memory.pointer(plan.x), memory.pointer(plan.result))
    self.memory = memory
    rowsPerTask = max(1, 4096 / max(1, plan.columns))
    phases = [pieces(of: rowsPerTask, in: plan.rows)]
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func run(phase: Int, task: Int, worker: Int) {
    for row in piece(task, of: rowsPerTask, in: rows) {
      let x = self.x + row * columns
      var largest = -T.infinity
      for column in 0..<columns where x[column] > largest { largest = x[column] }
      if largest == -.infinity { largest = 0 }
      var sum: T = 0
      for column in 0..<columns { sum += T.exp(x[column] - largest) }
      result[row] = T.log(sum) + largest
    }
  }
}

extension LogSumExp: LoweredOperation {
  package func plan(
    _ operands: [PlacedTensor], result: PlacedTensor, choices: KernelChoices
  ) -> any KernelPlan {
    let shape = operands[0].type.shape
    guard axes == Array(shape.rank - axes.count..<shape.rank) else {
      return ReferencePlan(operation: self, operands: operands, result: result)
    }
    let rows = result.type.shape.count
    return LogSumExpPlan(
      rows: rows, columns: shape.count / max(1, rows), x: operands[0].place, result: result.place)
  }
}
