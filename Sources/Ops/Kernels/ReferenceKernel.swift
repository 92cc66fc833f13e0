/// An operation computed by its reference kernel: what compiled programs fall back on.
public struct ReferencePlan: KernelPlan {
  let operation: any TensorOperation
  let operands: [PlacedTensor]
  let result: PlacedTensor

  /// The call for an operation without a kernel of its own.
  public init(_ operation: any TensorOperation, _ operands: [PlacedTensor], result: PlacedTensor) {
    self.operation = operation
    self.operands = operands
    self.result = result
  }

  public var reads: [Place] { operands.map(\.place) }
  public var writes: [Place] { [result.place] }
  public var summary: String { "reference \(operation.name) \(result.type.shape)" }

  public func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
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
    let values = plan.operation.evaluate(Operands(operands), as: plan.result.type)
    memory.withElements(plan.result.place, count: values.count) { _ = $0.update(fromContentsOf: values) }
  }
}
