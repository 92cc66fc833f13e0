/// Attention, computed head by head of each image: scores, weights and their sum of values, a tile of queries
/// at a time.
struct AttentionPlan: KernelPlan {
  let geometry: AttentionGeometry
  let operands: AttentionPlaces
  let result: BufferSlice

  var reads: [BufferSlice] { operands.reads }
  var writes: [BufferSlice] { [result] }
  var converted: [BufferSlice] { operands.parts + [result] }
  var summary: String { "attention \(geometry.summary)" }
  var tile: String { geometry.tile }
  var isInPairs: Bool { geometry.operandForm.isInPairs }
  var workerElements: Int {
    let operands =
      aligned(geometry.acrossKeys.elements) + aligned(geometry.allKeys.elements)
      + aligned(geometry.leftElements)
    return operands * geometry.operandForm.size + aligned(geometry.scoreElements)
      + aligned(geometry.headElements)
      + 2 * aligned(geometry.tileElements)
  }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { bound(to: memory) }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { bound(to: memory) }

  private func bound<T: KernelReal>(to memory: CallMemory<T>) -> any Kernel {
    switch geometry.operandForm {
    case .numbers: AttentionKernel<T>(self, memory).kernel
    case .pairs: AttentionKernel<BFloat16Pair>(self, memory.inSinglePrecision).kernel
    case .unpackedPairs: AttentionKernel<UnpackedPair>(self, memory.inSinglePrecision).kernel
    }
  }
}

final class AttentionKernel<Element: PanelElement> {
  typealias Number = Element.Sum

  private let phases: [Int]
  private let geometry: AttentionGeometry
  private let operands: AttentionOperands<Number>
  private let result: TensorWriter<Number>
  private let memory: CallMemory<Number>

  init(_ plan: AttentionPlan, _ memory: CallMemory<Number>) {
    geometry = plan.geometry
    operands = AttentionOperands(plan.operands, plan.geometry, memory)
    result = TensorWriter(plan.result, memory)
    self.memory = memory
    phases = [geometry.tasks]
  }

  /// The kernel for workers.
  var kernel: TaskKernel { TaskKernel(phases: phases, run) }

  private func run(phase: Int, task: Int, worker: Int) {
    geometry.forEachHead(of: task) { next, ahead in
      operands.add(next, to: &ahead)
    } compute: { head, ahead in
      compute(head, scratch: memory.scratch(of: worker), fetching: &ahead)
    }
  }

  private func compute(
    _ head: ImageHead, scratch: UnsafeMutablePointer<Number>, fetching ahead: inout Prefetcher
  ) {
    let g = geometry
    let (across, all) = (g.acrossKeys, g.allKeys)
    var room = ScratchRoom(scratch)
    let packedKeys = room.take(across.elements, as: Element.self)
    let packedValues = room.take(all.elements, as: Element.self)
    let (scores, left) = (room.take(g.scoreElements), room.take(g.leftElements, as: Element.self))
    let (tokens, queries, sums) = (
      room.take(g.headElements), room.take(g.tileElements), room.take(g.tileElements)
    )
    across.pack(
      transposing: operands.keys(of: head, in: tokens), count: g.depth, to: packedKeys)
    all.pack(operands.values(of: head, in: tokens), count: g.keys, to: packedValues)
    for tile in 0..<g.tiles {
      let rows = piece(tile, of: g.rows, in: g.queries)
      let own = operands.queries(rows, of: head, in: queries)
      across.multiply(
        rows.count, Element.rows(rows.count, of: g.depth, from: own.start, pitch: own.pitch, in: left),
        by: packedKeys, to: scores, fetching: &ahead)
      for row in 0..<rows.count {
        operands.weigh(
          scores + row * across.paddedColumns, of: head, query: rows.lowerBound + row)
      }
      all.multiply(
        rows.count,
        Element.rows(rows.count, of: g.keys, from: scores, pitch: across.paddedColumns, in: left),
        by: packedValues, to: sums, fetching: &ahead)
      result.write(rows, g.extents.result, of: head, from: sums, pitch: all.paddedColumns)
    }
  }
}

extension Attention: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    AttentionPlan(
      geometry: AttentionGeometry(form, operands, choices), operands: AttentionPlaces(form, operands),
      result: result.place)
  }
}
