/// The weight gradient of a 3x3 convolution as the adjoint of Winograd's algorithm, in Float32: tiles of the
/// input and of the upstream gradient are transformed, each point's product is accumulated over tiles, and
/// the sums are transformed back.
///
/// Small sums are accumulated per task, a block of tiles at a time; for large ones, a task accumulates a
/// block of kernels over many tiles.
struct WinogradWeightGradientPlan: KernelPlan {
  let geometry: WinogradGeometry
  let algorithm: ConvolutionAlgorithm
  let x: OperandPlan
  let upstream: OperandPlan
  let result: BufferSlice

  var multiplicationShare: Double { geometry.multiplicationShare(outputs) }
  var reads: [BufferSlice] { x.reads + upstream.reads }
  var converted: [BufferSlice] { reads }
  var writes: [BufferSlice] { [result] }
  var summary: String { "weight gradient \(geometry.summary) \(algorithm.rawValue)" }

  var tile: String { "\(points)x\(tilesPerProduct)" }

  var outputs: Int { algorithm == .winograd2 ? 2 : 4 }
  var points: Int { geometry.points(outputs) }
  var isPooled: Bool { geometry.weightCount > 4096 }
  // Blocks fit in the L2 cache along with their sums, pools in the last-level cache.
  var tilesPerProduct: Int {
    let elements = isPooled ? 2_097_152 : 262_144
    let most = max(isPooled ? 64 : 32, elements / (points * (geometry.channels + geometry.outChannels)))
    let tiles = geometry.tiles(outputs)
    return pieces(of: pieces(of: most, in: tiles), in: tiles)
  }
  var pointElements: Int { geometry.pointElements(tilesPerProduct, outputs) }
  // The blocks of tiles, divided into tasks.
  var tiling: RowTiling {
    RowTiling(rows: geometry.tiles(outputs), rowsPerTile: tilesPerProduct, mostTasks: 8)
  }

  var partialElements: Int { isPooled ? pointElements : points * geometry.kernels.pitch * tiling.tasks }
  // The tiles transformed by one task of a pool: whole images if they are small.
  var tilesPerTransform: Int {
    let perImage = geometry.tiles(outputs) / max(1, geometry.images)
    return perImage <= 16 ? perImage : 16
  }
  private var tilesAtOnce: Int { isPooled ? tilesPerTransform : tilesPerProduct }
  /// The scratch elements of the rows of the input.
  var inputElements: Int {
    x.scratchElements(rows: geometry.mostInputRows(tiles: tilesAtOnce, every: 1, outputs))
  }
  var workerElements: Int {
    let rows =
      inputElements + upstream.scratchElements(rows: geometry.mostOutputRows(tiles: tilesAtOnce, outputs))
    return isPooled ? max(rows, points * geometry.kernelBlocks.panel.pitch) : aligned(pointElements) + rows
  }

  func kernel(in memory: CallMemory<Double>) -> any Kernel { kernel(in: memory.inSinglePrecision) }
  func kernel(in memory: CallMemory<Float>) -> any Kernel {
    switch geometry.variant(outputs) {
    case .f2: WinogradWeightGradientKernel<WinogradF2>(self, memory).kernel
    case .f2Map: WinogradWeightGradientKernel<WinogradF2Map>(self, memory).kernel
    case .f4: WinogradWeightGradientKernel<WinogradF4>(self, memory).kernel
    }
  }
}

final class WinogradWeightGradientKernel<Variant: WinogradVariant> {
  private enum Step {
    case transform(pool: Int)
    case multiply(pool: Int)
    case addBlocks
    case finish
  }

  private let phases: [Int]
  private let steps: [Step]
  private let plan: WinogradWeightGradientPlan
  private let memory: CallMemory<Float>
  private let tiles: Int, tilesPerProduct: Int
  private let xMatrix: PackedPanels, upstreamMatrix: PackedPanels, sums: PackedPanels
  private let tiling: RowTiling
  private let x: OperandReader<Float>
  private let upstream: OperandReader<Float>
  private let inputElements: Int
  private let result: UnsafeMutablePointer<Float>
  // The points of a pool, or the sums of each task.
  private let partials: UnsafeMutablePointer<Float>
  private let tilesPerTransform: Int
  private let finalBlocks: KernelBlocks

  init(_ plan: WinogradWeightGradientPlan, _ memory: CallMemory<Float>) {
    let g = plan.geometry
    self.plan = plan
    self.memory = memory
    tiles = g.tiles(Variant.outputs)
    tilesPerProduct = plan.tilesPerProduct
    (xMatrix, upstreamMatrix) = g.pointMatrices(tilesPerProduct)
    sums = g.kernels
    tiling = plan.tiling
    tilesPerTransform = plan.tilesPerTransform
    x = OperandReader(plan.x, memory)
    upstream = OperandReader(plan.upstream, memory)
    inputElements = plan.inputElements
    result = ResultWriter(plan.result, memory).elements
    partials = memory.partials
    finalBlocks = KernelBlocks(matrix: g.kernels, rowsPerBlock: 8)
    var steps: [(step: Step, tasks: Int)] = []
    if plan.isPooled {
      for index in 0..<pieces(of: tilesPerProduct, in: tiles) {
        let count = piece(index, of: tilesPerProduct, in: tiles).count
        steps.append((.transform(pool: index), pieces(of: tilesPerTransform, in: count)))
        steps.append((.multiply(pool: index), g.kernelBlocks.count))
      }
    } else {
      steps.append((.addBlocks, tiling.tasks))
      steps.append((.finish, finalBlocks.count))
    }
    self.steps = steps.map(\.step)
    phases = steps.map(\.tasks)
  }

  /// The kernel for workers.
  var kernel: TaskKernel { TaskKernel(phases: phases, run) }

  private func run(phase: Int, task: Int, worker: Int) {
    let g = plan.geometry
    let scratch = memory.scratch(of: worker)
    switch steps[phase] {
    case .transform(let index):
      let all = piece(index, of: tilesPerProduct, in: tiles)
      let own = piece(task, of: tilesPerTransform, in: all.count)
      transform(
        all.lowerBound + own.lowerBound..<all.lowerBound + own.upperBound, first: all.lowerBound,
        in: partials,
        scratch: scratch)
    case .multiply(let index):
      let block = g.kernelBlocks.block(task)
      let pitch = g.kernelBlocks.panel.pitch
      multiply(
        block, count: piece(index, of: tilesPerProduct, in: tiles).count, in: partials, adds: false,
        to: scratch,
        pitch: pitch)
      WinogradTiles<Variant>.weightsAdjoint(scratch, pitch: pitch, g, block, adds: index > 0, to: result)
    case .addBlocks:
      let sum = partials + task * Variant.points * sums.pitch
      var isFirst = true
      tiling.forEachTile(of: task) { tiles, _ in
        transform(
          tiles, first: tiles.lowerBound, in: scratch, scratch: scratch + aligned(plan.pointElements))
        for index in 0..<g.kernelBlocks.count {
          let block = g.kernelBlocks.block(index)
          multiply(
            block, count: tiles.count, in: scratch, adds: !isFirst,
            to: sum + sums.offset(block.rows.lowerBound, block.columns.lowerBound), pitch: sums.pitch)
        }
        isFirst = false
      }
    case .finish:
      let block = finalBlocks.block(task)
      WinogradTiles<Variant>.weightsAdjoint(
        partials + sums.offset(block.rows.lowerBound, block.columns.lowerBound), pitch: sums.pitch,
        parts: tiling.tasks, g, block, adds: false, to: result)
    }
  }

  @inline(__always)
  private func transform(
    _ tiles: Range<Int>, first: Int, in points: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let g = plan.geometry
    let input = x.rows(g.inputRows(ofTiles: tiles, Variant.outputs), scratch: scratch)
    WinogradTiles<Variant>.input(input, g, tiles: tiles, first: first, to: points, xMatrix)
    let output = upstream.rows(
      g.outputRows(ofTiles: tiles, Variant.outputs), scratch: scratch + inputElements)
    WinogradTiles<Variant>.outputAdjoint(
      output, g, tiles: tiles, first: first, to: points + Variant.points * xMatrix.pitch, upstreamMatrix)
  }

  // Computes every point's product over the first `count` tiles, for the block of kernels at `sums`.
  @inline(__always)
  private func multiply(
    _ block: KernelBlocks.Block, count: Int, in points: UnsafeMutablePointer<Float>, adds: Bool,
    to sums: UnsafeMutablePointer<Float>, pitch: Int
  ) {
    let b = points + Variant.points * xMatrix.pitch + upstreamMatrix.offset(0, block.columns.lowerBound)
    for first in stride(from: block.rows.lowerBound, to: block.rows.upperBound, by: xMatrix.width) {
      let a = points + xMatrix.offset(0, first)
      let target = sums + (first - block.rows.lowerBound) * upstreamMatrix.width
      var ahead = Prefetcher()
      for point in 0..<Variant.points {
        // In a pool, each point is prefetched during the previous one.
        if plan.isPooled, point + 1 < Variant.points {
          ahead.add(a + (point + 1) * xMatrix.pitch, count: count * xMatrix.width)
          ahead.add(b + (point + 1) * upstreamMatrix.pitch, count: count * upstreamMatrix.width)
        }
        let columns = PanelOperand<Float>(
          base: a + point * xMatrix.pitch, rows: .strided(1), step: xMatrix.width, depth: count)
        PanelProduct.multiply(
          rows: min(xMatrix.width, block.rows.upperBound - first), columns, b + point * upstreamMatrix.pitch,
          width: upstreamMatrix.width,
          to: PanelResult(
            base: target + point * pitch, rows: .strided(upstreamMatrix.width), columns: upstreamMatrix.width,
            adds: adds), fetching: &ahead)
      }
    }
  }
}
