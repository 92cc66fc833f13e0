/// A 3x3 convolution, or its input gradient, by Winograd's algorithm in Float32, with an optional epilogue.
/// It processes a block of tiles at a time in the L2 cache or, for large kernels, a pool of many tiles.
struct WinogradConvolutionPlan: ContractionPlan {
  let geometry: WinogradGeometry
  let algorithm: ConvolutionAlgorithm
  let x: OperandPlan
  let w: BufferSlice
  let result: BufferSlice?
  let epilogue: EpiloguePlan?

  var multiplicationShare: Double { geometry.multiplicationShare(outputs) }
  var operands: [BufferSlice] { x.reads + [w] }
  var convertedOperands: [BufferSlice] { x.reads }
  var columns: Int { geometry.outChannels }
  var summary: String {
    let kind = geometry.isTransposed ? "input gradient" : "convolution"
    return "\(kind) \(geometry.summary) \(algorithm.rawValue)\(epilogue == nil ? "" : " + epilogue")"
  }

  var outputs: Int { algorithm == .winograd2 ? 2 : 4 }
  var points: Int { geometry.points(outputs) }
  // Whole lines of tiles, so that the outputs of a block are contiguous rows.
  var tiling: RowTiling {
    guard geometry.isPooled else {
      return RowTiling(rows: geometry.lines(outputs), rowsPerTile: geometry.linesPerBlock(outputs))
    }
    let pool = geometry.linesPerPool(outputs)
    let lines = geometry.lines(outputs)
    return RowTiling(
      rows: lines, rowsPerTile: max(1, pool / 8), mostTasks: 8 * pieces(of: pool, in: lines) + 8)
  }
  var tasksPerChunk: Int {
    geometry.isPooled
      ? max(1, geometry.linesPerPool(outputs) / tiling.rowsPerTask) : max(1, tiling.tasks)
  }
  func rows(of lines: Range<Int>) -> Range<Int> {
    geometry.outputRow(line: lines.lowerBound, outputs)..<geometry.outputRow(line: lines.upperBound, outputs)
  }
  // The tiles whose points are multiplied together.
  var tilesPerProduct: Int {
    let lines = geometry.isPooled ? tasksPerChunk * tiling.rowsPerTask : tiling.rowsPerTile
    return lines * geometry.tileColumns(outputs)
  }
  var pointElements: Int { geometry.pointElements(tilesPerProduct, outputs) }
  // The lines of tiles whose input one task of a pool transforms: whole images if they are small.
  var linesPerTransform: Int {
    let (rows, columns) = (geometry.tileRows(outputs), geometry.tileColumns(outputs))
    return rows * columns <= 16 ? rows : max(1, 8 / columns)
  }
  // The tiles of a pool that one task multiplies: enough to amortize transforming the kernels for them.
  var tilesPerTask: Int {
    let tiles = tilesPerProduct
    return pieces(of: pieces(of: 128, in: tiles), in: tiles)
  }
  var scratchElements: Int {
    let columns = geometry.tileColumns(outputs)
    let lines = geometry.isPooled ? linesPerTransform : tiling.rowsPerTile
    let input = x.scratchElements(
      rows: geometry.mostInputRows(tiles: lines * columns, every: columns, outputs))
    return geometry.isPooled
      ? max(input, points * geometry.kernelBlocks.panel.pitch) : aligned(pointElements) + input
  }
  var preparedElements: Int { geometry.isPooled ? pointElements : points * geometry.kernels.pitch }

  func kernel(in memory: CallMemory<Double>) -> any Kernel { kernel(in: memory.inSinglePrecision) }
  func kernel(in memory: CallMemory<Float>) -> any Kernel {
    ContractionKernel(self, memory) {
      switch geometry.variant(outputs) {
      case .f2: producer(WinogradF2.self, memory, $0)
      case .f2Map: producer(WinogradF2Map.self, memory, $0)
      case .f4: producer(WinogradF4.self, memory, $0)
      }
    }.kernel
  }

  private func producer<Variant: WinogradVariant>(
    _ variant: Variant.Type, _ memory: CallMemory<Float>, _ prepared: UnsafeMutablePointer<Float>
  ) -> TileProducer<Float> {
    geometry.isPooled
      ? WinogradPools<Variant>(self, memory, prepared).producer
      : WinogradBlocks<Variant>(self, memory, prepared).producer
  }
}

/// Computes a block of tiles at a time: the input transform, the products and the output transform, in the L2
/// cache.
final class WinogradBlocks<Variant: WinogradVariant> {
  private let filtering: WinogradFiltering<Variant>
  private let kernels: UnsafeMutablePointer<Float>
  private let pointElements: Int

  init(_ plan: WinogradConvolutionPlan, _ memory: CallMemory<Float>, _ prepared: UnsafeMutablePointer<Float>)
  {
    filtering = WinogradFiltering(plan, memory)
    kernels = prepared
    pointElements = aligned(plan.pointElements)
  }

  /// Its functions, for the kernel.
  var producer: TileProducer<Float> {
    TileProducer(preparation: preparation, prepare: prepare, make: make)
  }

  private var blocks: KernelBlocks {
    KernelBlocks(matrix: filtering.geometry.kernels, rowsPerBlock: 16)
  }

  private func preparation(chunk: Int) -> [Int] { [blocks.count] }

  private func prepare(chunk: Int, phase: Int, task: Int, scratch: UnsafeMutablePointer<Float>) {
    let matrix = filtering.geometry.kernels
    let block = blocks.block(task)
    filtering.transformKernels(
      block, to: kernels + matrix.offset(block.rows.lowerBound, block.columns.lowerBound), pitch: matrix.pitch
    )
  }

  private func make(
    _ lines: Range<Int>, at tile: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    fetching ahead: inout Prefetcher
  ) {
    let g = filtering.geometry
    let tiles = filtering.tiles(of: lines)
    filtering.transformInput(
      tiles, first: tiles.lowerBound, in: scratch, scratch: scratch + pointElements)
    let columns = KernelBlocks(matrix: g.kernels, rowsPerBlock: g.channels)
    for index in 0..<columns.count {
      let block = columns.block(index)
      filtering.multiply(
        0..<tiles.count, block, kernels + g.kernels.offset(0, block.columns.lowerBound),
        pitch: g.kernels.pitch,
        adds: false, in: scratch, fetching: &ahead)
    }
    filtering.transformOutput(lines, first: tiles.lowerBound, in: scratch, to: tile)
  }
}

/// Computes a pool of tiles: transforms the input of many lines, multiplies their points by one block of
/// kernels at a time, which is transformed just before in the L2 cache, and transforms the output.
final class WinogradPools<Variant: WinogradVariant> {
  private let filtering: WinogradFiltering<Variant>
  private let linesPerPool: Int, linesPerTransform: Int, lines: Int
  private let tilesPerTask: Int
  private let pool: UnsafeMutablePointer<Float>

  init(_ plan: WinogradConvolutionPlan, _ memory: CallMemory<Float>, _ prepared: UnsafeMutablePointer<Float>)
  {
    filtering = WinogradFiltering(plan, memory)
    pool = prepared
    linesPerPool = plan.tasksPerChunk * plan.tiling.rowsPerTask
    linesPerTransform = plan.linesPerTransform
    lines = plan.tiling.rows
    tilesPerTask = plan.tilesPerTask
  }

  /// Its functions, for the kernel.
  var producer: TileProducer<Float> {
    TileProducer(preparation: preparation, prepare: prepare, make: make)
  }

  private func lines(_ chunk: Int) -> Range<Int> { piece(chunk, of: linesPerPool, in: lines) }

  private func preparation(chunk: Int) -> [Int] {
    let lines = lines(chunk)
    return [
      pieces(of: linesPerTransform, in: lines.count),
      filtering.geometry.kernels.count * pieces(of: tilesPerTask, in: filtering.tiles(of: lines).count),
    ]
  }

  private func prepare(chunk: Int, phase: Int, task: Int, scratch: UnsafeMutablePointer<Float>) {
    let all = lines(chunk)
    if phase == 0 {
      let own = piece(task, of: linesPerTransform, in: all.count)
      filtering.transformInput(
        filtering.tiles(of: all.lowerBound + own.lowerBound..<all.lowerBound + own.upperBound),
        first: filtering.tiles(of: all).lowerBound, in: pool, scratch: scratch)
    } else {
      multiply(task, count: filtering.tiles(of: all).count, kernels: scratch)
    }
  }

  @inline(__always)
  private func multiply(_ task: Int, count: Int, kernels: UnsafeMutablePointer<Float>) {
    let blocks = filtering.geometry.kernelBlocks
    let tiles = piece(task / blocks.matrix.count, of: tilesPerTask, in: count)
    for row in 0..<blocks.perColumn {
      let block = blocks.block(row: row, column: task % blocks.matrix.count)
      filtering.transformKernels(block, to: kernels, pitch: blocks.panel.pitch)
      filtering.multiplyPooled(
        tiles, block, kernels, pitch: blocks.panel.pitch, adds: row > 0, in: pool)
    }
  }

  private func make(
    _ lines: Range<Int>, at tile: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    fetching ahead: inout Prefetcher
  ) {
    let pooled = self.lines(lines.lowerBound / linesPerPool)
    filtering.transformOutput(
      lines, first: filtering.tiles(of: pooled).lowerBound, in: pool, to: tile)
  }
}
