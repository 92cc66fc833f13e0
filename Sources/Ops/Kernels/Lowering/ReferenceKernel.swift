/// An operation computed by its reference kernel: what compiled programs fall back on.
struct ReferencePlan: KernelPlan {
  let operation: any TensorOperation
  let operands: [BufferView]
  let result: BufferView

  var reads: [BufferSlice] { operands.map(\.place) }
  var writes: [BufferSlice] { [result.place] }
  var isReference: Bool { true }
  var summary: String { "reference \(operation.name) \(result.type.shape)" }

  func kernel(in memory: Memory, partials: BufferSlice, element: ElementType) -> any Kernel {
    makeKernel(element) {
      ReferenceKernel<Float>(self, memory)
    } _: {
      ReferenceKernel<Double>(self, memory)
    }
  }
}

final class ReferenceKernel<T: KernelReal>: Kernel {
  let phases = [1]
  private let plan: ReferencePlan
  private let memory: Memory

  init(_ plan: ReferencePlan, _ memory: Memory) {
    self.plan = plan
    self.memory = memory
  }

  func run(phase: Int, task: Int, worker: Int) {
    let operands = plan.operands.map { operand -> Value<T> in
      let shape = operand.type.shape
      if operand.type.element.isReal {
        return memory.withElements(operand.place, count: shape.count) { .real(Array($0), shape) }
      }
      return memory.withElements(operand.place, count: shape.count) { .index(Array($0), shape) }
    }
    let values = plan.operation.checkedElements(Operands(operands), as: plan.result.type)
    memory.withElements(plan.result.place, count: values.count) { _ = $0.update(fromContentsOf: values) }
  }
}
