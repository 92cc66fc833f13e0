/// A 3x3 convolution, or the gradient of its input, by Winograd's filtering: in Float32, a block of tiles at a time
/// in the second-level cache, with an optional epilogue.
struct WinogradConvolutionPlan: ProductPlan {
  let geometry: WinogradGeometry
  let algorithm: ConvolutionAlgorithm
  let x: Place, w: Place
  let result: Place?
  let epilogue: EpiloguePlan?

  var operands: [Place] { [x, w] }
  var columns: Int { geometry.outChannels }
  var summary: String {
    let kind = geometry.isTransposed ? "input gradient" : "convolution"
    return "\(kind) \(geometry.summary) \(algorithm.rawValue)\(epilogue == nil ? "" : " + epilogue")"
  }

  var outputs: Int { algorithm == .winograd2 ? 2 : 4 }
  var points: Int { (outputs + 2) * (outputs + 2) }
  // Whole lines of tiles, so that the outputs of a block are rows in one piece.
  var tiling: RowTiling {
    RowTiling(rows: geometry.lines(outputs), rowsPerTile: geometry.linesPerBlock(outputs))
  }
  func rows(of lines: Range<Int>) -> Range<Int> {
    geometry.outputRow(line: lines.lowerBound, outputs)..<geometry.outputRow(line: lines.upperBound, outputs)
  }
  var tilesPerBlock: Int { tiling.rowsPerTile * geometry.tileColumns(outputs) }
  var tileElements: Int {
    result == nil ? tiling.rowsPerTile * outputs * geometry.outWidth * geometry.outChannels : 0
  }
  var scratchElements: Int { points * tilesPerBlock * (geometry.channels + geometry.outChannels) }
  var preparedElements: Int { points * geometry.weightCount }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    precondition(element == .float32, "Winograd's filtering is for Float32")
    return ProductKernel<Float>(self, memory, partials) { u -> any TileMaker<Float> in
      if algorithm == .winograd2 { return WinogradConvolutionTiles<WinogradF2>(self, memory, u) }
      return WinogradConvolutionTiles<WinogradF4>(self, memory, u)
    }
  }
}

struct WinogradConvolutionTiles<Variant: WinogradVariant>: TileMaker {
  let preparationTasks: Int
  private let geometry: WinogradGeometry
  private let tilesPerBlock: Int
  private let x: UnsafeMutablePointer<Float>, w: UnsafeMutablePointer<Float>
  // The transformed kernels.
  private let u: UnsafeMutablePointer<Float>

  init(_ plan: WinogradConvolutionPlan, _ memory: Memory, _ u: UnsafeMutablePointer<Float>) {
    geometry = plan.geometry
    tilesPerBlock = plan.tilesPerBlock
    (x, w) = (memory.pointer(plan.x), memory.pointer(plan.w))
    self.u = u
    preparationTasks = pieces(of: WinogradGeometry.weightsPerTask, in: plan.geometry.weightCount)
  }

  @_specialize(where Variant == WinogradF2)
  @_specialize(where Variant == WinogradF4)
  func prepare(task: Int) {
    let count = geometry.weightCount
    WinogradTiles<Variant>.weights(
      w, count: count, range: piece(task, of: WinogradGeometry.weightsPerTask, in: count),
      isTurned: geometry.isTransposed, to: u)
  }

  @_specialize(where Variant == WinogradF2)
  @_specialize(where Variant == WinogradF4)
  func make(
    _ lines: Range<Int>, at tile: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let g = geometry
    let columns = g.tileColumns(Variant.outputs)
    let tiles = lines.lowerBound * columns..<lines.upperBound * columns
    let (inputPitch, outputPitch) = (tilesPerBlock * g.channels, tilesPerBlock * g.outChannels)
    let products = scratch + Variant.points * inputPitch
    WinogradTiles<Variant>.input(x, g, tiles: tiles, to: scratch, pitch: inputPitch)
    for point in 0..<Variant.points {
      Float.gemm(
        false, g.isTransposed, tiles.count, g.outChannels, g.channels, scratch + point * inputPitch,
        g.channels, u + point * g.weightCount, g.isTransposed ? g.channels : g.outChannels, 0,
        products + point * outputPitch, g.outChannels)
    }
    WinogradTiles<Variant>.output(
      products, pitch: outputPitch, g, tiles: tiles, to: tile,
      firstRow: g.outputRow(line: lines.lowerBound, Variant.outputs))
  }
}
