/// The gradient of attention, computed head by head of each image. The weights are computed again, a tile of
/// queries at a time, and the gradients of keys and values added up over the tiles.
struct AttentionGradientPlan: KernelPlan {
  let geometry: AttentionGeometry
  let operands: AttentionPlaces
  let upstream: BufferSlice
  let result: BufferSlice

  var reads: [BufferSlice] { operands.reads + [upstream] }
  var writes: [BufferSlice] { [result] }
  var converted: [BufferSlice] { operands.parts + [upstream, result] }
  var summary: String { "attention gradient \(geometry.summary)" }
  var tile: String { geometry.tile }
  var isInPairs: Bool { geometry.operandForm.isInPairs }
  var workerElements: Int {
    let operands =
      2 * aligned(geometry.acrossKeys.elements) + aligned(geometry.allKeys.elements)
      + 2 * aligned(geometry.someQueries.elements) + aligned(geometry.leftElements)
    return operands * geometry.operandForm.size + 2 * aligned(geometry.scoreElements)
      + 3 * aligned(geometry.headElements) + 3 * aligned(geometry.tileElements)
  }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { bound(to: memory) }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { bound(to: memory) }

  private func bound<T: KernelReal>(to memory: CallMemory<T>) -> any Kernel {
    switch geometry.operandForm {
    case .numbers: AttentionGradientKernel<T>(self, memory).kernel
    case .pairs: AttentionGradientKernel<BFloat16Pair>(self, memory.inSinglePrecision).kernel
    case .unpackedPairs: AttentionGradientKernel<UnpackedPair>(self, memory.inSinglePrecision).kernel
    }
  }
}

final class AttentionGradientKernel<Element: PanelElement> {
  typealias Number = Element.Sum

  private let phases: [Int]
  private let geometry: AttentionGeometry
  private let operands: AttentionOperands<Number>
  private let upstream: TensorReader<Number>
  private let result: TensorWriter<Number>
  private let memory: CallMemory<Number>

  init(_ plan: AttentionGradientPlan, _ memory: CallMemory<Number>) {
    geometry = plan.geometry
    operands = AttentionOperands(plan.operands, plan.geometry, memory)
    upstream = TensorReader(plan.upstream, memory)
    result = TensorWriter(plan.result, memory)
    self.memory = memory
    phases = [geometry.tasks]
  }

  /// The kernel for workers.
  var kernel: TaskKernel { TaskKernel(phases: phases, run) }

  private func run(phase: Int, task: Int, worker: Int) {
    geometry.forEachHead(of: task) { next, ahead in
      operands.add(next, to: &ahead)
      upstream.add(0..<geometry.queries, geometry.extents.result, of: next, to: &ahead)
    } compute: { head, ahead in
      compute(head, scratch: memory.scratch(of: worker), fetching: &ahead)
    }
  }

  private func compute(
    _ head: ImageHead, scratch: UnsafeMutablePointer<Number>, fetching ahead: inout Prefetcher
  ) {
    let g = geometry
    let (across, all, some) = (g.acrossKeys, g.allKeys, g.someQueries)
    var room = ScratchRoom(scratch)
    let keysAcross = room.take(across.elements, as: Element.self)
    let valuesAcross = room.take(across.elements, as: Element.self)
    let packedKeys = room.take(all.elements, as: Element.self)
    let tileQueries = room.take(some.elements, as: Element.self)
    let tileUpstream = room.take(some.elements, as: Element.self)
    let (weights, slopes) = (room.take(g.scoreElements), room.take(g.scoreElements))
    let left = room.take(g.leftElements, as: Element.self)
    let (tokens, ofKeys, ofValues) = (
      room.take(g.headElements), room.take(g.headElements), room.take(g.headElements)
    )
    let (queryRoom, changeRoom, ofQueries) = (
      room.take(g.tileElements), room.take(g.tileElements), room.take(g.tileElements)
    )
    let keys = operands.keys(of: head, in: tokens)
    across.pack(transposing: keys, count: g.depth, to: keysAcross)
    all.pack(keys, count: g.keys, to: packedKeys)
    across.pack(
      transposing: operands.values(of: head, in: tokens), count: g.depth, to: valuesAcross)
    // The products of a tile's rows of numbers, and of their columns, with packed tokens.
    func rows(_ count: Int, of length: Int, _ numbers: Tokens<Number>) -> PanelOperand<Element> {
      Element.rows(count, of: length, from: numbers.start, pitch: numbers.pitch, in: left)
    }
    func columns(_ count: Int, _ scores: UnsafePointer<Number>) -> PanelOperand<Element> {
      Element.columns(count, of: g.keys, from: scores, pitch: across.paddedColumns, in: left)
    }
    for tile in 0..<g.tiles {
      let own = piece(tile, of: g.rows, in: g.queries)
      let count = own.count
      let queries = operands.queries(own, of: head, in: queryRoom)
      let change = upstream.tokens(own, g.extents.result, of: head, in: changeRoom)
      across.multiply(
        count, rows(count, of: g.depth, queries), by: keysAcross, to: weights, fetching: &ahead)
      across.multiply(
        count, rows(count, of: g.depth, change), by: valuesAcross, to: slopes, fetching: &ahead)
      for row in 0..<count {
        operands.weigh(
          weights + row * across.paddedColumns, of: head, query: own.lowerBound + row)
        scoreGradients(slopes + row * across.paddedColumns, weights + row * across.paddedColumns)
      }
      some.pack(queries, count: count, to: tileQueries)
      some.pack(change, count: count, to: tileUpstream)
      // Of queries: the gradients of scores times the keys.
      let gradients = Tokens(start: UnsafePointer(slopes), pitch: across.paddedColumns)
      all.multiply(
        count, rows(count, of: g.keys, gradients), by: packedKeys, to: ofQueries, fetching: &ahead)
      result.write(
        own, g.extents.gradient(0), of: head, from: ofQueries, pitch: all.paddedColumns)
      // Of keys and values: the same, and the weights, from the side of the keys.
      some.multiply(
        g.keys, columns(count, slopes), by: tileQueries, to: ofKeys, adds: tile > 0, fetching: &ahead)
      some.multiply(
        g.keys, columns(count, weights), by: tileUpstream, to: ofValues, adds: tile > 0, fetching: &ahead)
    }
    if g.extents.isPacked, g.queries < g.keys {
      // The gradient of tokens without queries.
      ofQueries.update(repeating: 0, count: all.paddedColumns)
      result.write(g.queries..<g.keys, g.extents.gradient(0), of: head, from: ofQueries, pitch: 0)
    }
    for (part, sums) in [(1, ofKeys), (2, ofValues)] {
      result.write(
        0..<g.keys, g.extents.gradient(part), of: head, from: sums,
        pitch: some.paddedColumns)
    }
  }

  // Replaces the gradients of a query's weights by those of its scores.
  @inline(__always)
  private func scoreGradients(_ slopes: UnsafeMutablePointer<Number>, _ weights: UnsafePointer<Number>) {
    let scale = Lanes<Number>(repeating: 1 / Number(geometry.depth).squareRoot())
    let padded = (geometry.keys + 15) & ~15
    var sum = Lanes<Number>(repeating: 0)
    var i = 0
    while i < padded {
      sum.addProduct(load(slopes + i), load(weights + i))
      i += 16
    }
    let mean = Lanes<Number>(repeating: folded(sum) { $0 + $1 })
    i = 0
    while i < padded {
      store(load(weights + i) * (load(slopes + i) - mean) * scale, slopes + i)
      i += 16
    }
  }
}

extension AttentionGradient: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    let given = Array(operands.prefix(form.operandCount))
    return AttentionGradientPlan(
      geometry: AttentionGeometry(form, given, choices), operands: AttentionPlaces(form, given),
      upstream: operands[form.operandCount].place, result: result.place)
  }
}
