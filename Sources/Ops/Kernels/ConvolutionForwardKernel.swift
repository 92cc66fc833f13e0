/// A convolution as matrix products over tiles of gathered patches, with an optional epilogue.
struct ConvolutionForwardPlan: ProductPlan {
  let geometry: ConvolutionGeometry
  let x: RowOperand
  let w: Place
  let result: Place?
  let epilogue: EpiloguePlan?

  var operands: [Place] { x.reads + [w] }
  var columns: Int { geometry.outChannels }
  var summary: String { "convolution \(geometry.summary)\(epilogue == nil ? "" : " + epilogue")" }
  var tiling: RowTiling { RowTiling(rows: geometry.rows, rowsPerTile: geometry.rowsPerTile) }
  // Gathered patches, then the input that is computed for them.
  var gatheredElements: Int { geometry.isPointwise ? 0 : aligned(tiling.rowsPerTile * geometry.patch) }
  var scratchElements: Int {
    gatheredElements + x.scratchElements(rows: tiling.largest { geometry.inputRows(of: $0).count })
  }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    makeKernel(element) {
      ProductKernel<Float>(self, memory, partials) { _ in ConvolutionForwardTiles(self, memory) }
    } _: {
      ProductKernel<Double>(self, memory, partials) { _ in ConvolutionForwardTiles(self, memory) }
    }
  }
}

struct ConvolutionForwardTiles<T: KernelReal>: TileMaker {
  private let geometry: ConvolutionGeometry
  private let gatheredElements: Int
  private let x: RowSource<T>
  private let w: UnsafeMutablePointer<T>

  init(_ plan: ConvolutionForwardPlan, _ memory: Memory) {
    geometry = plan.geometry
    gatheredElements = plan.gatheredElements
    x = RowSource(plan.x, memory)
    w = memory.pointer(plan.w)
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func make(_ rows: Range<Int>, at tile: UnsafeMutablePointer<T>, scratch: UnsafeMutablePointer<T>) {
    let g = geometry
    let input = x.rows(g.inputRows(of: rows), scratch: scratch + gatheredElements)
    for group in 0..<g.groups {
      T.gemm(
        false, false, rows.count, g.groupOutputs, g.patch,
        g.patches(of: input, rows: rows, group: group, in: scratch),
        g.patch, w + group * g.groupOutputs, g.outChannels, 0, tile + group * g.groupOutputs, g.outChannels)
    }
  }
}
