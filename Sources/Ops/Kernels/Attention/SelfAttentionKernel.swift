/// Self-attention, one task for each head of an image: scores, weights and their sum of values, a tile of
/// tokens at a time.
struct SelfAttentionPlan: KernelPlan {
  let geometry: AttentionGeometry
  let x: BufferSlice
  let result: BufferSlice

  var reads: [BufferSlice] { [x] }
  var writes: [BufferSlice] { [result] }
  var summary: String { "attention \(geometry.summary)" }
  var tile: String { "\(geometry.rows)x\(geometry.tokens)" }
  var workerElements: Int {
    aligned(geometry.acrossTokens.elements) + aligned(geometry.allTokens.elements) + geometry.scoreElements
  }

  func kernel<T: KernelReal>(in memory: CallMemory<T>) -> any Kernel { SelfAttentionKernel(self, memory) }
}

final class SelfAttentionKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let geometry: AttentionGeometry
  private let x: UnsafePointer<T>
  private let result: UnsafeMutablePointer<T>
  private let memory: CallMemory<T>

  init(_ plan: SelfAttentionPlan, _ memory: CallMemory<T>) {
    geometry = plan.geometry
    x = OperandReader(plan.x, memory).elements
    result = ResultWriter(plan.result, memory).elements
    self.memory = memory
    phases = [geometry.images * geometry.heads]
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func run(phase: Int, task: Int, worker: Int) {
    let g = geometry
    let (image, head) = (task / g.heads, task % g.heads)
    let (keys, values) = (g.acrossTokens, g.allTokens)
    let packedKeys = memory.scratch(of: worker)
    let packedValues = packedKeys + aligned(keys.elements)
    let scores = packedValues + aligned(values.elements)
    keys.pack(transposing: x + g.start(1, image: image, head: head), pitch: g.pitch, to: packedKeys)
    values.pack(
      0..<g.tokens, from: x + g.start(2, image: image, head: head), pitch: g.pitch, panels: 0..<values.count,
      to: packedValues)
    let queries = x + g.start(0, image: image, head: head)
    var ahead = Prefetcher<T>()
    for tile in 0..<g.tiles {
      let rows = piece(tile, of: g.rows, in: g.tokens)
      keys.multiply(
        rows.count, queries + rows.lowerBound * g.pitch, stride: g.pitch, by: packedKeys, to: scores)
      for row in 0..<rows.count { attentionWeights(scores + row * keys.paddedColumns, g) }
      let weights = PanelOperand(
        base: UnsafePointer(scores), rows: Strided(keys.paddedColumns), depth: g.tokens, runs: Strided(0),
        length: g.tokens, step: 1)
      values.multiply(
        rows: rows.count, weights, by: packedValues,
        to: result + (image * g.tokens + rows.lowerBound) * g.channels + head * g.depth,
        at: Strided(g.channels), fetching: &ahead)
    }
  }
}

/// Replaces a token's scores by its weights: the softmax of the scores over the root of the depth, and 0 in
/// the padding of the last vector.
@inline(__always)
func attentionWeights<T: KernelReal>(_ x: UnsafeMutablePointer<T>, _ g: AttentionGeometry) {
  let last = softmaxRow(x, g.tokens, scale: 1 / T(g.depth).squareRoot(), to: x)
  if g.tokens % 16 > 0 { store(last, x + (g.tokens & ~15)) }
}
