/// The gradient of attention, one task for each head of an image. The weights are computed again, a tile of
/// queries at a time, and the gradients of keys and values added up over the tiles.
struct AttentionGradientPlan: KernelPlan {
  let geometry: AttentionGeometry
  let operands: AttentionPlaces
  let upstream: BufferSlice
  let result: BufferSlice

  var reads: [BufferSlice] { operands.reads + [upstream] }
  var writes: [BufferSlice] { [result] }
  var summary: String { "attention gradient \(geometry.summary)" }
  var tile: String { geometry.tile }
  var workerElements: Int {
    2 * aligned(geometry.acrossKeys.elements) + aligned(geometry.allKeys.elements)
      + 2 * aligned(geometry.someQueries.elements) + 2 * geometry.scoreElements
  }

  func kernel<T: KernelReal>(in memory: CallMemory<T>) -> any Kernel {
    AttentionGradientKernel(self, memory)
  }
}

final class AttentionGradientKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let geometry: AttentionGeometry
  private let operands: AttentionOperands<T>
  private let upstream: UnsafePointer<T>
  private let result: UnsafeMutablePointer<T>
  private let memory: CallMemory<T>

  init(_ plan: AttentionGradientPlan, _ memory: CallMemory<T>) {
    geometry = plan.geometry
    operands = AttentionOperands(plan.operands, plan.geometry, memory)
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
    func gradient(_ part: Int) -> UnsafeMutablePointer<T> {
      result + g.extents.gradient(part).start(image: image, head: head)
    }
    let (across, all, some) = (g.acrossKeys, g.allKeys, g.someQueries)
    let keysAcross = memory.scratch(of: worker)
    let valuesAcross = keysAcross + aligned(across.elements)
    let packedKeys = valuesAcross + aligned(across.elements)
    let (tileQueries, tileUpstream) = (
      packedKeys + aligned(all.elements), packedKeys + aligned(all.elements) + aligned(some.elements)
    )
    let weights = tileUpstream + aligned(some.elements)
    let slopes = weights + g.scoreElements
    let keys = operands.keys(image: image, head: head)
    across.pack(transposing: keys, pitch: g.pitch, to: keysAcross)
    across.pack(transposing: operands.values(image: image, head: head), pitch: g.pitch, to: valuesAcross)
    all.pack(0..<g.keys, from: keys, pitch: g.pitch, panels: 0..<all.count, to: packedKeys)
    let (first, own) = (
      operands.queries(image: image, head: head), upstream + g.extents.result.start(image: image, head: head)
    )
    for tile in 0..<g.tiles {
      let rows = piece(tile, of: g.rows, in: g.queries)
      let (queries, change) = (
        first + rows.lowerBound * g.pitch, own + rows.lowerBound * g.channels
      )
      across.multiply(rows.count, queries, stride: g.pitch, by: keysAcross, to: weights)
      across.multiply(rows.count, change, stride: g.channels, by: valuesAcross, to: slopes)
      for row in 0..<rows.count {
        operands.weigh(
          weights + row * across.paddedColumns, image: image, head: head, query: rows.lowerBound + row)
        scoreGradients(slopes + row * across.paddedColumns, weights + row * across.paddedColumns)
      }
      some.pack(0..<rows.count, from: queries, pitch: g.pitch, panels: 0..<some.count, to: tileQueries)
      some.pack(0..<rows.count, from: change, pitch: g.channels, panels: 0..<some.count, to: tileUpstream)
      // Of queries: the gradients of scores times the keys.
      multiply(
        rows.count, slopes, isTransposed: false, depth: g.keys, by: packedKeys, all,
        to: gradient(0) + rows.lowerBound * g.pitch, adds: false)
      // Of keys and values: the same, and the weights, from the side of the keys.
      multiply(
        g.keys, slopes, isTransposed: true, depth: rows.count, by: tileQueries, some,
        to: gradient(1), adds: tile > 0)
      multiply(
        g.keys, weights, isTransposed: true, depth: rows.count, by: tileUpstream, some,
        to: gradient(2), adds: tile > 0)
    }
  }

  // Replaces the gradients of a query's weights by those of its scores.
  @inline(__always)
  private func scoreGradients(_ slopes: UnsafeMutablePointer<T>, _ weights: UnsafePointer<T>) {
    let scale = Lanes<T>(repeating: 1 / T(geometry.depth).squareRoot())
    let padded = (geometry.keys + 15) & ~15
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
    let pitch = geometry.acrossKeys.paddedColumns
    var ahead = Prefetcher()
    let operand = PanelOperand(
      base: scores, rows: Strided(isTransposed ? 1 : pitch), depth: depth, runs: Strided(0), length: depth,
      step: isTransposed ? pitch : 1)
    panels.multiply(
      rows: rows, operand, by: packed, to: result, at: Strided(geometry.pitch), adds: adds, fetching: &ahead)
  }
}

extension AttentionGradient: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    let given = Array(operands.prefix(form.operandCount))
    return AttentionGradientPlan(
      geometry: AttentionGeometry(form, given), operands: AttentionPlaces(form, given),
      upstream: operands[form.operandCount].place, result: result.place)
  }
}
