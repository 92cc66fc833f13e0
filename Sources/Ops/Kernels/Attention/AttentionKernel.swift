/// Attention, one task for each head of an image: scores, weights and their sum of values, a tile of queries
/// at a time.
struct AttentionPlan: KernelPlan {
  let geometry: AttentionGeometry
  let operands: AttentionPlaces
  let result: BufferSlice

  var reads: [BufferSlice] { operands.reads }
  var writes: [BufferSlice] { [result] }
  var summary: String { "attention \(geometry.summary)" }
  var tile: String { geometry.tile }
  var workerElements: Int {
    aligned(geometry.acrossKeys.elements) + aligned(geometry.allKeys.elements) + geometry.scoreElements
  }

  func kernel<T: KernelReal>(in memory: CallMemory<T>) -> any Kernel { AttentionKernel(self, memory) }
}

final class AttentionKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let geometry: AttentionGeometry
  private let operands: AttentionOperands<T>
  private let result: UnsafeMutablePointer<T>
  private let memory: CallMemory<T>

  init(_ plan: AttentionPlan, _ memory: CallMemory<T>) {
    geometry = plan.geometry
    operands = AttentionOperands(plan.operands, plan.geometry, memory)
    result = ResultWriter(plan.result, memory).elements
    self.memory = memory
    phases = [geometry.images * geometry.heads]
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func run(phase: Int, task: Int, worker: Int) {
    let g = geometry
    let (image, head) = (task / g.heads, task % g.heads)
    let (keys, values) = (g.acrossKeys, g.allKeys)
    let packedKeys = memory.scratch(of: worker)
    let packedValues = packedKeys + aligned(keys.elements)
    let scores = packedValues + aligned(values.elements)
    keys.pack(transposing: operands.keys(image: image, head: head), pitch: g.pitch, to: packedKeys)
    values.pack(
      0..<g.keys, from: operands.values(image: image, head: head), pitch: g.pitch, panels: 0..<values.count,
      to: packedValues)
    let queries = operands.queries(image: image, head: head)
    let own = result + g.extents.result.start(image: image, head: head)
    var ahead = Prefetcher()
    for tile in 0..<g.tiles {
      let rows = piece(tile, of: g.rows, in: g.queries)
      keys.multiply(
        rows.count, queries + rows.lowerBound * g.pitch, stride: g.pitch, by: packedKeys, to: scores)
      for row in 0..<rows.count {
        operands.weigh(
          scores + row * keys.paddedColumns, image: image, head: head, query: rows.lowerBound + row)
      }
      let weights = PanelOperand(
        base: UnsafePointer(scores), rows: Strided(keys.paddedColumns), depth: g.keys, runs: Strided(0),
        length: g.keys, step: 1)
      values.multiply(
        rows: rows.count, weights, by: packedValues, to: own + rows.lowerBound * g.channels,
        at: Strided(g.channels), fetching: &ahead)
    }
  }
}

extension Attention: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    AttentionPlan(
      geometry: AttentionGeometry(form, operands), operands: AttentionPlaces(form, operands),
      result: result.place)
  }
}
