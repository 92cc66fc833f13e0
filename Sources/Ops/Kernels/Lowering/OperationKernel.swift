/// The call of an operation that brings its kernel along.
struct OperationPlan: KernelPlan {
  let operation: any KernelOperation
  let operands: [BufferView]
  let result: BufferView
  let parts: Int

  init(_ operation: any KernelOperation, _ operands: [BufferView], result: BufferView) {
    self.operation = operation
    self.operands = operands
    self.result = result
    parts = operation.partCount(operands.map(\.type), result: result.type)
    guard parts > 0 || (parts == 0 && result.type.shape.count == 0) else {
      fatalError("\(operation.name).partCount is \(parts) for a result of \(result.type).")
    }
  }

  var partsPerTask: Int { max(1, pieces(of: OperationPlan.mostTasks, in: parts)) }

  static let mostTasks = 64

  var reads: [BufferSlice] { operands.map(\.place) }
  var writes: [BufferSlice] { [result.place] }
  var summary: String { "\(operation.name) \(result.type.shape)" }
  var tile: String { "\(partsPerTask) of \(parts) parts" }

  func kernel(in memory: Memory, partials: BufferSlice, element: ElementType) -> any Kernel {
    makeKernel(element) {
      OperationKernel<Float>(self, memory)
    } _: {
      OperationKernel<Double>(self, memory)
    }
  }
}

final class OperationKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let plan: OperationPlan
  private let buffers: KernelBuffers<T>

  init(_ plan: OperationPlan, _ memory: Memory) {
    self.plan = plan
    buffers = KernelBuffers(plan.operands, result: plan.result, in: memory)
    phases = [pieces(of: plan.partsPerTask, in: plan.parts)]
  }

  func run(phase: Int, task: Int, worker: Int) {
    T.run(plan.operation, piece(task, of: plan.partsPerTask, in: plan.parts), buffers)
  }
}
