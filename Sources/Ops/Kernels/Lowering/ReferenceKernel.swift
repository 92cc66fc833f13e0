/// A call of an operation's reference kernel, the fallback of compiled programs.
struct ReferencePlan: KernelPlan {
  let operation: any TensorOperation
  let operands: [BufferView]
  let result: BufferView

  var reads: [BufferSlice] { operands.map(\.place) }
  var writes: [BufferSlice] { [result.place] }
  var isReference: Bool { true }
  var summary: String { "reference \(operation.name) \(result.type.shape)" }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { bound(to: memory) }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { bound(to: memory) }

  private func bound<T: KernelReal>(to memory: CallMemory<T>) -> any Kernel {
    let buffers = KernelBuffers(operands, result: result, in: memory)
    return TaskKernel { _, _ in
      let values = operation.checkedElements(Operands(buffers.values), as: result.type)
      _ = buffers.result.update(fromContentsOf: values)
    }
  }
}
