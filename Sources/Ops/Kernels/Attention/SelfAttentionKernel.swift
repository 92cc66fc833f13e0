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
    for tile in 0..<g.tiles {
      let rows = piece(tile, of: g.rows, in: g.tokens)
      keys.multiply(
        rows.count, queries + rows.lowerBound * g.pitch, stride: g.pitch, by: packedKeys, to: scores)
      for row in 0..<rows.count { attentionWeights(scores + row * keys.pitch, g) }
      weigh(rows, scores, by: packedValues, to: result + (image * g.tokens * g.heads + head) * g.depth)
    }
  }

  // Writes the sums of values for a tile of tokens.
  @inline(__always)
  private func weigh(
    _ rows: Range<Int>, _ weights: UnsafePointer<T>, by values: UnsafePointer<T>,
    to result: UnsafeMutablePointer<T>
  ) {
    let (g, panels) = (geometry, geometry.allTokens)
    var ahead = Prefetcher<T>()
    let operand = PanelOperand(
      base: weights, rows: Strided(g.acrossTokens.pitch), depth: g.tokens, runs: Strided(0),
      length: g.tokens, step: 1)
    for panel in 0..<panels.count {
      let first = panel * panels.width
      PanelProduct.multiply(
        rows: rows.count, operand, values + panel * panels.stride, width: panels.width,
        to: PanelResult(
          base: result + rows.lowerBound * g.channels + first, rows: Strided(g.channels),
          columns: min(panels.width, g.depth - first), adds: false), fetching: &ahead)
    }
  }
}

/// Replaces a token's scores by its weights: the softmax of the scores over the root of the depth.
@inline(__always)
func attentionWeights<T: KernelReal>(_ x: UnsafeMutablePointer<T>, _ g: AttentionGeometry) {
  let scale = Lanes<T>(repeating: 1 / T(g.depth).squareRoot())
  let whole = g.tokens & ~15
  // The unused lanes of the last vector have weight 0.
  var last = Lanes<T>(repeating: -.infinity)
  for lane in 0..<g.tokens - whole { last[lane] = x[whole + lane] }
  var largest = T.larger(Lanes(repeating: -T.greatestFiniteMagnitude), last)
  var i = 0
  while i < whole {
    largest = T.larger(largest, load(x + i))
    i += 16
  }
  let most = Lanes<T>(repeating: folded(largest) { T.larger($0, $1) })
  var sum = Lanes<T>(repeating: 0)
  i = 0
  while i < whole {
    let power = T.exp((load(x + i) - most) * scale)
    sum += power
    store(power, x + i)
    i += 16
  }
  last = T.exp((last - most) * scale)
  let share = Lanes<T>(repeating: 1 / folded(sum + last) { $0 + $1 })
  i = 0
  while i < whole {
    store(load(x + i) * share, x + i)
    i += 16
  }
  if whole < g.tokens { store(last * share, x + whole) }
}
