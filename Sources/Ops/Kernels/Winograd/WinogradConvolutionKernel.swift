/// A 3x3 convolution, or the gradient of its input, by Winograd's filtering, in Float32, with an optional epilogue: a
/// block of tiles at a time in the second-level cache, or, where the kernels are large, a pool of many tiles.
struct WinogradConvolutionPlan: ProductPlan {
  let geometry: WinogradGeometry
  let algorithm: ConvolutionAlgorithm
  let x: RowOperand
  let w: Place
  let result: Place?
  let epilogue: EpiloguePlan?

  var operands: [Place] { x.reads + [w] }
  var columns: Int { geometry.outChannels }
  var summary: String {
    let kind = geometry.isTransposed ? "input gradient" : "convolution"
    return "\(kind) \(geometry.summary) \(algorithm.rawValue)\(epilogue == nil ? "" : " + epilogue")"
  }

  var outputs: Int { algorithm == .winograd2 ? 2 : 4 }
  var points: Int { geometry.points(outputs) }
  // Whole lines of tiles, so that the outputs of a block are rows in one piece.
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
  // Tiles whose points are multiplied together.
  var tilesPerProduct: Int {
    let lines = geometry.isPooled ? tasksPerChunk * tiling.rowsPerTask : tiling.rowsPerTile
    return lines * geometry.tileColumns(outputs)
  }
  var tileElements: Int {
    result == nil ? tiling.rowsPerTile * outputs * geometry.outWidth * geometry.outChannels : 0
  }
  var pointElements: Int { geometry.pointElements(tilesPerProduct, outputs) }
  // Lines of tiles whose input a task of a pool transforms: whole images where they are small.
  var linesPerTransform: Int {
    let (rows, columns) = (geometry.tileRows(outputs), geometry.tileColumns(outputs))
    return rows * columns <= 16 ? rows : max(1, 8 / columns)
  }
  var scratchElements: Int {
    let columns = geometry.tileColumns(outputs)
    let lines = geometry.isPooled ? linesPerTransform : tiling.rowsPerTile
    return (geometry.isPooled ? 0 : aligned(pointElements))
      + x.scratchElements(rows: geometry.mostInputRows(tiles: lines * columns, every: columns, outputs))
  }
  var preparedElements: Int {
    points * geometry.weightCount + (geometry.isPooled ? pointElements : 0)
  }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    precondition(element == .float32, "Winograd's filtering is for Float32")
    func tiles<Variant: WinogradVariant>(
      _ variant: Variant.Type, _ prepared: UnsafeMutablePointer<Float>
    ) -> any TileMaker<Float> {
      geometry.isPooled
        ? WinogradPools<Variant>(self, memory, prepared) : WinogradBlocks<Variant>(self, memory, prepared)
    }
    return ProductKernel<Float>(self, memory, partials) { tiles(geometry.variant(outputs), $0) }
  }
}

/// Makes a block of tiles at a time: transformed, multiplied and transformed back in the second-level cache.
struct WinogradBlocks<Variant: WinogradVariant>: TileMaker {
  private let filtering: WinogradFiltering<Variant>
  private let preparationTasks: Int, pointElements: Int

  init(_ plan: WinogradConvolutionPlan, _ memory: Memory, _ prepared: UnsafeMutablePointer<Float>) {
    filtering = WinogradFiltering(plan, memory, kernels: prepared)
    preparationTasks = pieces(of: WinogradGeometry.weightsPerTask, in: plan.geometry.weightCount)
    pointElements = aligned(plan.pointElements)
  }

  func preparation(chunk: Int) -> [Int] { [preparationTasks] }

  @_specialize(where Variant == WinogradF2)
  @_specialize(where Variant == WinogradF2Map)
  @_specialize(where Variant == WinogradF4)
  func prepare(chunk: Int, phase: Int, task: Int, scratch: UnsafeMutablePointer<Float>) {
    filtering.transformKernels(task: task)
  }

  @_specialize(where Variant == WinogradF2)
  @_specialize(where Variant == WinogradF2Map)
  @_specialize(where Variant == WinogradF4)
  func make(
    _ lines: Range<Int>, at tile: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let tiles = filtering.tiles(of: lines)
    filtering.transformInput(
      tiles, first: tiles.lowerBound, in: scratch, scratch: scratch + pointElements)
    for point in 0..<Variant.points { filtering.multiply(point, count: tiles.count, in: scratch) }
    filtering.transformOutput(lines, first: tiles.lowerBound, in: scratch, to: tile)
  }
}

/// Transforms the tiles of many lines, multiplies each point of all of them, and makes the lines of that.
struct WinogradPools<Variant: WinogradVariant>: TileMaker {
  private let filtering: WinogradFiltering<Variant>
  private let linesPerPool: Int, linesPerTransform: Int, lines: Int
  private let kernelTasks: Int
  private let pool: UnsafeMutablePointer<Float>
  init(_ plan: WinogradConvolutionPlan, _ memory: Memory, _ prepared: UnsafeMutablePointer<Float>) {
    filtering = WinogradFiltering(plan, memory, kernels: prepared)
    pool = prepared + Variant.points * plan.geometry.weightCount
    linesPerPool = plan.tasksPerChunk * plan.tiling.rowsPerTask
    linesPerTransform = plan.linesPerTransform
    lines = plan.tiling.rows
    kernelTasks = pieces(of: WinogradGeometry.weightsPerTask, in: plan.geometry.weightCount)
  }

  private func lines(_ chunk: Int) -> Range<Int> { piece(chunk, of: linesPerPool, in: lines) }

  // The transformed kernels are the same for every pool.
  func preparation(chunk: Int) -> [Int] {
    let inputs = pieces(of: linesPerTransform, in: lines(chunk).count)
    return [inputs + (chunk == 0 ? kernelTasks : 0), Variant.points * Variant.tasksPerProduct]
  }

  @_specialize(where Variant == WinogradF2)
  @_specialize(where Variant == WinogradF2Map)
  @_specialize(where Variant == WinogradF4)
  func prepare(chunk: Int, phase: Int, task: Int, scratch: UnsafeMutablePointer<Float>) {
    let all = lines(chunk)
    let inputs = pieces(of: linesPerTransform, in: all.count)
    if phase == 1 {
      filtering.multiply(
        task / Variant.tasksPerProduct, part: task % Variant.tasksPerProduct, of: Variant.tasksPerProduct,
        count: filtering.tiles(of: all).count, in: pool)
    } else if task < inputs {
      let own = piece(task, of: linesPerTransform, in: all.count)
      filtering.transformInput(
        filtering.tiles(of: all.lowerBound + own.lowerBound..<all.lowerBound + own.upperBound),
        first: filtering.tiles(of: all).lowerBound, in: pool, scratch: scratch)
    } else {
      filtering.transformKernels(task: task - inputs)
    }
  }

  @_specialize(where Variant == WinogradF2)
  @_specialize(where Variant == WinogradF2Map)
  @_specialize(where Variant == WinogradF4)
  func make(
    _ lines: Range<Int>, at tile: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let pooled = self.lines(lines.lowerBound / linesPerPool)
    filtering.transformOutput(
      lines, first: filtering.tiles(of: pooled).lowerBound, in: pool, to: tile)
  }
}
