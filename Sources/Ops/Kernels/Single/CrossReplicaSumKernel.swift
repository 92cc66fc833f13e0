/// The call of a sum over replicas.
struct CrossReplicaSumPlan: KernelPlan {
  let x: BufferSlice
  let result: BufferSlice
  let count: Int

  var reads: [BufferSlice] { [x] }
  var writes: [BufferSlice] { [result] }
  var summary: String { "sum over replicas \(count)" }

  func kernel<T: KernelReal>(in memory: CallMemory<T>) -> any Kernel {
    CrossReplicaSumKernel(self, memory.inSinglePrecision)
  }
}

/// Copies its operand to its result, and has that summed over replicas.
package final class CrossReplicaSumKernel: Kernel {
  package let phases = [1]
  /// Sums a tensor over all replicas in place, and waits for the result. The owner of the program sets it.
  package var sum: ((UnsafeMutableBufferPointer<Float>) -> Void)?
  private let x: UnsafePointer<Float>
  private let result: UnsafeMutableBufferPointer<Float>

  init(_ plan: CrossReplicaSumPlan, _ memory: CallMemory<Float>) {
    x = OperandReader(plan.x, memory).elements
    result = UnsafeMutableBufferPointer(
      start: ResultWriter(plan.result, memory).elements, count: plan.count)
  }

  package func run(phase: Int, task: Int, worker: Int) {
    guard let sum else { fatalError("the sum over the replicas of a program is not set") }
    _ = result.update(fromContentsOf: UnsafeBufferPointer(start: x, count: result.count))
    sum(result)
  }
}

extension CrossReplicaSum: LoweredOperation {
  package var isCollective: Bool { replicas > 1 }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    CrossReplicaSumPlan(x: operands[0].place, result: result.place, count: result.type.shape.count)
  }
}
