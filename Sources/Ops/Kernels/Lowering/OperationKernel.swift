/// The call of an operation with its own kernel.
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
    guard parts > 0 else {
      fatalError("\(operation.name).partCount is \(parts) for a result of \(result.type).")
    }
  }

  var partsPerTask: Int { max(1, pieces(of: OperationPlan.mostTasks, in: parts)) }

  static let mostTasks = 64

  var reads: [BufferSlice] { operands.map(\.place) }
  var writes: [BufferSlice] { [result.place] }
  var summary: String { "\(operation.name) \(result.type.shape)" }
  var tile: String { "\(partsPerTask) of \(parts) parts" }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { bound(to: memory) }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { bound(to: memory) }

  private func bound<T: KernelReal>(to memory: CallMemory<T>) -> any Kernel {
    let buffers = KernelBuffers(operands, result: result, in: memory)
    return TaskKernel(tasks: pieces(of: partsPerTask, in: parts)) { task, _ in
      T.run(operation, piece(task, of: partsPerTask, in: parts), buffers)
    }
  }
}
