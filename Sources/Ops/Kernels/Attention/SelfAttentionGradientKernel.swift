/// The gradient of self-attention, one task for each head of an image. The weights are computed again, a tile
/// of tokens at a time, and the gradients of keys and values added up over the tiles.
struct SelfAttentionGradientPlan: KernelPlan {
  let geometry: AttentionGeometry
  let x: BufferSlice
  let upstream: BufferSlice
  let result: BufferSlice

  var reads: [BufferSlice] { [x, upstream] }
  var writes: [BufferSlice] { [result] }
  var summary: String { "attention gradient \(geometry.summary)" }
  var tile: String { "\(geometry.rows)x\(geometry.tokens)" }
  var workerElements: Int {
    2 * aligned(geometry.acrossTokens.elements) + aligned(geometry.allTokens.elements)
      + 2 * aligned(geometry.someTokens.elements) + 2 * geometry.scoreElements
  }

  func kernel<T: KernelReal>(in memory: CallMemory<T>) -> any Kernel {
    SelfAttentionGradientKernel(self, memory)
  }
}

final class SelfAttentionGradientKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let geometry: AttentionGeometry
  private let x: UnsafePointer<T>, upstream: UnsafePointer<T>
  private let result: UnsafeMutablePointer<T>
  private let memory: CallMemory<T>

  init(_ plan: SelfAttentionGradientPlan, _ memory: CallMemory<T>) {
    geometry = plan.geometry
    x = OperandReader(plan.x, memory).elements
    upstream = OperandReader(plan.upstream, memory).elements
    result = ResultWriter(plan.result, memory).elements
    self.memory = memory
    phases = [geometry.images * geometry.heads]
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func run(phase: Int, task: Int, worker: Int) {
    let g = geometry
    let (image, head) = (task / g.heads, task % g.heads)
    func start(_ part: Int) -> Int { g.start(part, image: image, head: head) }
    let (across, all, some) = (g.acrossTokens, g.allTokens, g.someTokens)
    let keysAcross = memory.scratch(of: worker)
    let valuesAcross = keysAcross + aligned(across.elements)
    let keys = valuesAcross + aligned(across.elements)
    let (tileQueries, tileUpstream) = (
      keys + aligned(all.elements), keys + aligned(all.elements) + aligned(some.elements)
    )
    let weights = tileUpstream + aligned(some.elements)
    let slopes = weights + g.scoreElements
    across.pack(transposing: x + start(1), pitch: g.pitch, to: keysAcross)
    across.pack(transposing: x + start(2), pitch: g.pitch, to: valuesAcross)
    all.pack(0..<g.tokens, from: x + start(1), pitch: g.pitch, panels: 0..<all.count, to: keys)
    let own = upstream + (image * g.tokens * g.heads + head) * g.depth
    for tile in 0..<g.tiles {
      let rows = piece(tile, of: g.rows, in: g.tokens)
      let (queries, change) = (x + start(0) + rows.lowerBound * g.pitch, own + rows.lowerBound * g.channels)
      across.multiply(rows.count, queries, stride: g.pitch, by: keysAcross, to: weights)
      across.multiply(rows.count, change, stride: g.channels, by: valuesAcross, to: slopes)
      for row in 0..<rows.count {
        attentionWeights(weights + row * across.paddedColumns, g)
        scoreGradients(slopes + row * across.paddedColumns, weights + row * across.paddedColumns)
      }
      some.pack(0..<rows.count, from: queries, pitch: g.pitch, panels: 0..<some.count, to: tileQueries)
      some.pack(0..<rows.count, from: change, pitch: g.channels, panels: 0..<some.count, to: tileUpstream)
      // Of queries: the gradients of scores times the keys.
      multiply(
        rows.count, slopes, isTransposed: false, depth: g.tokens, by: keys, all,
        to: result + start(0) + rows.lowerBound * g.pitch, adds: false)
      // Of keys and values: the same, and the weights, from the side of the other tokens.
      multiply(
        g.tokens, slopes, isTransposed: true, depth: rows.count, by: tileQueries, some,
        to: result + start(1), adds: tile > 0)
      multiply(
        g.tokens, weights, isTransposed: true, depth: rows.count, by: tileUpstream, some,
        to: result + start(2), adds: tile > 0)
    }
  }

  // Replaces the gradients of a token's weights by those of its scores.
  @inline(__always)
  private func scoreGradients(_ slopes: UnsafeMutablePointer<T>, _ weights: UnsafePointer<T>) {
    let scale = Lanes<T>(repeating: 1 / T(geometry.depth).squareRoot())
    let padded = (geometry.tokens + 15) & ~15
    var sum = Lanes<T>(repeating: 0)
    var i = 0
    while i < padded {
      sum.addProduct(load(slopes + i), load(weights + i))
      i += 16
    }
    let mean = Lanes<T>(repeating: folded(sum) { $0 + $1 })
    i = 0
    while i < padded {
      store(load(weights + i) * (load(slopes + i) - mean) * scale, slopes + i)
      i += 16
    }
  }

  // Writes or adds the product of a tile's scores, or of their transpose, with packed tokens.
  @inline(__always)
  private func multiply(
    _ rows: Int, _ scores: UnsafePointer<T>, isTransposed: Bool, depth: Int, by packed: UnsafePointer<T>,
    _ panels: PackedPanels, to result: UnsafeMutablePointer<T>, adds: Bool
  ) {
    let pitch = geometry.acrossTokens.paddedColumns
    var ahead = Prefetcher<T>()
    let operand = PanelOperand(
      base: scores, rows: Strided(isTransposed ? 1 : pitch), depth: depth, runs: Strided(0), length: depth,
      step: isTransposed ? pitch : 1)
    panels.multiply(
      rows: rows, operand, by: packed, to: result, at: Strided(geometry.pitch), adds: adds, fetching: &ahead)
  }
}

extension SelfAttention: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    SelfAttentionPlan(
      geometry: AttentionGeometry(operands[0].type, heads: heads), x: operands[0].place,
      result: result.place)
  }
}

extension SelfAttentionGradient: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    SelfAttentionGradientPlan(
      geometry: AttentionGeometry(operands[0].type, heads: heads), x: operands[0].place,
      upstream: operands[1].place, result: result.place)
  }
}
