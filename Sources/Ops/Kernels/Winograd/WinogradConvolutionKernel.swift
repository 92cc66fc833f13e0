/// A 3x3 convolution, or the gradient of its input, by Winograd's filtering: in Float32, a block of tiles at a time
/// in the second-level cache, with an optional epilogue.
struct WinogradConvolutionPlan: KernelPlan {
  let geometry: WinogradGeometry
  let algorithm: WinogradGeometry.Algorithm
  let x: Place, w: Place
  let result: Place?
  let epilogue: EpiloguePlan?

  init(
    _ geometry: WinogradGeometry, _ algorithm: WinogradGeometry.Algorithm, x: Place, w: Place,
    result: Place?, epilogue: EpiloguePlan?
  ) {
    (self.geometry, self.algorithm) = (geometry, algorithm)
    (self.x, self.w, self.result, self.epilogue) = (x, w, result, epilogue)
  }

  var reads: [Place] { [x, w] + (epilogue?.reads ?? []) }
  var writes: [Place] { [result].compactMap { $0 } + (epilogue?.writes ?? []) }
  var summary: String {
    let g = geometry
    return (g.isTransposed ? "input gradient" : "convolution")
      + " 3x3/1 \(g.channels)->\(g.outChannels) @\(g.outHeight)x\(g.outWidth)x\(g.images) \(algorithm.rawValue)"
      + (epilogue == nil ? "" : " + epilogue")
  }

  var outputs: Int { algorithm == .winograd2 ? 2 : 4 }
  var points: Int { (outputs + 2) * (outputs + 2) }
  var tiling: RowTiling {
    RowTiling(rows: geometry.lines(outputs), rowsPerTile: geometry.linesPerBlock(outputs))
  }
  var tilesPerBlock: Int { tiling.rowsPerTile * geometry.tileColumns(outputs) }
  var epiloguePartials: Int { ((epilogue?.partialElements(tasks: tiling.tasks) ?? 0) + 15) & ~15 }
  var productElements: Int {
    result == nil ? tiling.rowsPerTile * outputs * geometry.outWidth * geometry.outChannels : 0
  }

  func partialBytes(_ element: ElementType) -> Int {
    (epiloguePartials + points * geometry.channels * geometry.outChannels) * element.byteCount
  }
  func workerBytes(_ element: ElementType) -> Int {
    let transformed = points * tilesPerBlock * (geometry.channels + geometry.outChannels)
    return (transformed + productElements + (epilogue?.loop.workerElements ?? 0) + 64) * element.byteCount
  }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    precondition(element == .float32, "Winograd's filtering is for Float32")
    return algorithm == .winograd2
      ? WinogradConvolutionKernel<WinogradF2>(self, memory, partials)
      : WinogradConvolutionKernel<WinogradF4>(self, memory, partials)
  }
}

final class WinogradConvolutionKernel<Variant: WinogradVariant>: Kernel {
  let phases: [Int]
  private let geometry: WinogradGeometry
  private let memory: Memory
  private let tiling: RowTiling
  private let tilesPerBlock: Int, productElements: Int
  private let sink: ProductSink<Float>
  private let x: UnsafeMutablePointer<Float>, w: UnsafeMutablePointer<Float>
  private let u: UnsafeMutablePointer<Float>

  init(_ plan: WinogradConvolutionPlan, _ memory: Memory, _ partials: Place) {
    self.memory = memory
    geometry = plan.geometry
    tiling = plan.tiling
    tilesPerBlock = plan.tilesPerBlock
    productElements = plan.productElements
    (x, w) = (memory.pointer(plan.x), memory.pointer(plan.w))
    u = memory.pointer(partials) + plan.epiloguePartials
    sink = ProductSink(
      columns: plan.geometry.outChannels, result: plan.result, epilogue: plan.epilogue, memory: memory,
      partials: partials)
    let weights = pieces(of: winogradWeightsPerTask, in: geometry.channels * geometry.outChannels)
    let work = [weights, tiling.tasks]
    phases = (plan.epilogue?.loop.partialWidth ?? 0) > 0 ? work + [1] : work
  }

  @_specialize(where Variant == WinogradF2)
  @_specialize(where Variant == WinogradF4)
  func run(phase: Int, task: Int, worker: Int) {
    let g = geometry
    let m = Variant.outputs
    switch phase {
    case 0:
      let count = g.channels * g.outChannels
      WinogradTiles<Variant>.weights(
        w, count: count, range: piece(task, of: winogradWeightsPerTask, in: count), isTurned: g.isTransposed,
        to: u)
    case 1:
      let v: UnsafeMutablePointer<Float> = memory.scratch(of: worker)
      let products = v + Variant.points * tilesPerBlock * g.channels
      let own = products + Variant.points * tilesPerBlock * g.outChannels
      let scratch = own + (productElements + 15) & ~15
      var isFirst = true
      tiling.forEachTile(of: task) { lines in
        let columns = g.tileColumns(m)
        let tiles = lines.lowerBound * columns..<lines.upperBound * columns
        let rows = g.outputRow(line: lines.lowerBound, m)..<g.outputRow(line: lines.upperBound, m)
        let destination = sink.destination(rows: rows, scratch: own)
        WinogradTiles<Variant>.input(x, g, tiles: tiles, to: v, pitch: tilesPerBlock * g.channels)
        for point in 0..<Variant.points {
          Float.gemm(
            false, g.isTransposed, tiles.count, g.outChannels, g.channels,
            v + point * tilesPerBlock * g.channels, g.channels, u + point * g.channels * g.outChannels,
            g.isTransposed ? g.channels : g.outChannels, 0, products + point * tilesPerBlock * g.outChannels,
            g.outChannels)
        }
        WinogradTiles<Variant>.output(
          products, pitch: tilesPerBlock * g.outChannels, g, tiles: tiles, to: destination,
          firstRow: rows.lowerBound)
        sink.finish(rows: rows, at: destination, part: task, isFirst: isFirst, scratch: scratch)
        isFirst = false
      }
    default:
      sink.combine(parts: tiling.tasks) { part in
        let lines = piece(part, of: tiling.rowsPerTask, in: tiling.rows)
        return g.outputRow(line: lines.upperBound, m) - g.outputRow(line: lines.lowerBound, m)
      }
    }
  }
}

/// Kernels transformed by one task.
let winogradWeightsPerTask = 4096
