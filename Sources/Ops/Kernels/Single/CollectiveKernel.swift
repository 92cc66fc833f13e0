/// The call of an operation that replicas compute together.
struct CollectivePlan: KernelPlan {
  let operation: any CollectiveOperation
  let x: BufferSlice
  let result: BufferSlice
  let count: Int

  var reads: [BufferSlice] { [x] }
  var writes: [BufferSlice] { [result] }
  // The operands of all replicas.
  var partialElements: Int { operation.replicas * count }
  var summary: String { "\(operation.name) \(count) of \(operation.replicas) replicas" }

  func kernel(in memory: CallMemory<Double>) -> any Kernel { kernel(in: memory.inSinglePrecision) }
  func kernel(in memory: CallMemory<Float>) -> any Kernel { CollectiveKernel(self, memory) }
}

/// Has its operand gathered with those of all replicas, and computes the same result of them as they do.
package final class CollectiveKernel: Kernel {
  package let phases = [1]
  /// Gathers the operands of all replicas, in the same order on each, and waits for them. The owner of the
  /// program sets it.
  package var gather: ((UnsafeBufferPointer<Float>, _ all: UnsafeMutableBufferPointer<Float>) -> Void)?
  private let operation: any CollectiveOperation
  private let x: UnsafeBufferPointer<Float>
  private let all: UnsafeMutableBufferPointer<Float>
  private let result: UnsafeMutableBufferPointer<Float>

  init(_ plan: CollectivePlan, _ memory: CallMemory<Float>) {
    operation = plan.operation
    x = UnsafeBufferPointer(start: OperandReader(plan.x, memory).elements, count: plan.count)
    all = UnsafeMutableBufferPointer(start: memory.partials, count: plan.partialElements)
    result = UnsafeMutableBufferPointer(
      start: ResultWriter(plan.result, memory).elements, count: plan.count)
  }

  package func run(phase: Int, task: Int, worker: Int) {
    guard let gather else { fatalError("the exchange between the replicas of a program is not set") }
    gather(x, all)
    operation.combine(UnsafeBufferPointer(all), into: result)
  }
}

/// An operation on tensors of one shape, one on each replica, with the same result on all of them.
package protocol CollectiveOperation: LoweredOperation {
  /// The number of replicas. With one it is the operand.
  var replicas: Int { get }

  /// Computes the result of the operands of all replicas, one after another.
  func combine(_ all: UnsafeBufferPointer<Float>, into result: UnsafeMutableBufferPointer<Float>)
}

extension CollectiveOperation {
  package var isCollective: Bool { replicas > 1 }

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands, assuming: nil)
    return operands[0]
  }

  package func lowering(_ operands: [TensorType]) -> Lowering { replicas == 1 ? .marker : .kernel(self) }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    CollectivePlan(
      operation: self, x: operands[0].place, result: result.place, count: result.type.shape.count)
  }
}
