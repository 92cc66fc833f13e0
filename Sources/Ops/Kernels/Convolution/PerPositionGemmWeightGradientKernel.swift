/// The weight gradient of a `PerPositionGemm`: for each tap, the products of the transposed inputs with the
/// upstream gradients of the outputs that it contributes to.
struct PerPositionGemmWeightGradientPlan: KernelPlan {
  let map: PerPositionGemm
  let x: OperandPlan
  let upstream: OperandPlan
  let result: BufferSlice

  var reads: [BufferSlice] { x.reads + upstream.reads }
  var converted: [BufferSlice] { reads }
  var writes: [BufferSlice] { [result] }
  var summary: String { "weight gradient \(map.summary) by positions" }

  // The inputs, and then the upstream gradients, if they are computed.
  var inputElements: Int { x.wholeElements(rows: map.images * map.inputs) }
  var partialElements: Int { inputElements + upstream.wholeElements(rows: map.images * map.outputs) }
  var workerElements: Int { max(x.loopElements, upstream.loopElements) }

  func kernel(in memory: CallMemory<Float>) -> any Kernel {
    PerPositionGemmWeightGradientKernel(self, memory).kernel
  }
  func kernel(in memory: CallMemory<Double>) -> any Kernel {
    PerPositionGemmWeightGradientKernel(self, memory).kernel
  }
}

final class PerPositionGemmWeightGradientKernel<T: KernelReal> {
  private let phases: [Int]
  private let map: PerPositionGemm
  private let memory: CallMemory<T>
  private let terms: [[PerPositionGemm.Term]]
  private let x: OperandReader<T>, upstream: OperandReader<T>
  private let result: UnsafeMutablePointer<T>
  private let inputs: UnsafeMutablePointer<T>, gradients: UnsafeMutablePointer<T>
  private static var channelsPerTask: Int { 128 }

  init(_ plan: PerPositionGemmWeightGradientPlan, _ memory: CallMemory<T>) {
    map = plan.map
    self.memory = memory
    terms = (0..<plan.map.taps).map { tap in plan.map.terms.filter { $0.tap == tap } }
    x = OperandReader(plan.x, memory)
    upstream = OperandReader(plan.upstream, memory)
    result = ResultWriter(plan.result, memory).elements
    inputs = memory.partials
    gradients = inputs + plan.inputElements
    phases = [
      plan.x.isComputed || plan.upstream.isComputed ? plan.map.images : 0,
      plan.map.taps * pieces(of: Self.channelsPerTask, in: plan.map.channels),
    ]
  }

  /// The kernel for workers.
  var kernel: TaskKernel { TaskKernel(phases: phases, run) }

  private func run(phase: Int, task: Int, worker: Int) {
    if phase == 0 {
      let scratch = memory.scratch(of: worker)
      x.store(piece(task, of: map.inputs, in: map.images * map.inputs), in: inputs, scratch: scratch)
      upstream.store(
        piece(task, of: map.outputs, in: map.images * map.outputs), in: gradients, scratch: scratch)
      return
    }
    let perTap = pieces(of: Self.channelsPerTask, in: map.channels)
    let tap = task / perTap
    let range = piece(task % perTap, of: Self.channelsPerTask, in: map.channels)
    let source = x.whole(in: inputs) + range.lowerBound
    let upstream = upstream.whole(in: gradients)
    let target = result + (tap * map.channels + range.lowerBound) * map.outChannels
    if terms[tap].isEmpty { target.update(repeating: 0, count: range.count * map.outChannels) }
    var beta: T = 0
    for term in terms[tap] {
      T.gemm(
        true, false, range.count, map.outChannels, map.images, source + term.input * map.channels,
        map.inputs * map.channels, upstream + term.output * map.outChannels, map.outputs * map.outChannels,
        beta, target, map.outChannels)
      beta = 1
    }
  }
}
