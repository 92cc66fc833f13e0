/// The gradient of a convolution's input: products of the upstream rows with the transposed kernel, added to the
/// patches they belong to, a few images at a time; with an optional epilogue over the input's rows.
struct ConvolutionInputGradientPlan: ProductPlan {
  let geometry: ConvolutionGeometry
  let upstream: Place, w: Place
  let result: Place?
  let epilogue: EpiloguePlan?

  var operands: [Place] { [upstream, w] }
  var columns: Int { geometry.channels }
  var summary: String { "input gradient \(geometry.summary)\(epilogue == nil ? "" : " + epilogue")" }

  // Tiles are whole images, as patches of one image overlap; a pointwise kernel has no overlaps.
  var tiling: RowTiling {
    if geometry.isPointwise { return RowTiling(rows: geometry.rows, rowsPerTile: geometry.rowsPerTile) }
    let images = min(geometry.rowsPerTile / max(1, geometry.rowsPerImage), geometry.images / 2)
    return RowTiling(rows: geometry.images, rowsPerTile: max(1, images))
  }
  func rows(of units: Range<Int>) -> Range<Int> {
    let rows = geometry.isPointwise ? 1 : geometry.height * geometry.width
    return units.lowerBound * rows..<units.upperBound * rows
  }
  var scratchElements: Int {
    geometry.isPointwise
      ? 0 : min(geometry.rowsPerTile, tiling.rowsPerTile * geometry.rowsPerImage) * geometry.patch
  }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    makeKernel(element) {
      ProductKernel<Float>(self, memory, partials) { _ in ConvolutionInputGradientTiles(self, memory) }
    } _: {
      ProductKernel<Double>(self, memory, partials) { _ in ConvolutionInputGradientTiles(self, memory) }
    }
  }
}

struct ConvolutionInputGradientTiles<T: KernelReal>: TileMaker {
  private let geometry: ConvolutionGeometry
  private let upstream: UnsafeMutablePointer<T>, w: UnsafeMutablePointer<T>

  init(_ plan: ConvolutionInputGradientPlan, _ memory: Memory) {
    geometry = plan.geometry
    (upstream, w) = (memory.pointer(plan.upstream), memory.pointer(plan.w))
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func make(_ units: Range<Int>, at tile: UnsafeMutablePointer<T>, scratch: UnsafeMutablePointer<T>) {
    let g = geometry
    if g.isPointwise {
      T.gemm(
        false, true, units.count, g.channels, g.outChannels, upstream + units.lowerBound * g.outChannels,
        g.outChannels, w, g.outChannels, 0, tile, g.channels)
      return
    }
    let pixels = g.height * g.width * g.channels
    tile.update(repeating: 0, count: units.count * pixels)
    let end = units.upperBound * g.rowsPerImage
    var row = units.lowerBound * g.rowsPerImage
    while row < end {
      let rows = row..<min(row + g.rowsPerTile, end)
      for group in 0..<g.groups {
        T.gemm(
          false, true, rows.count, g.patch, g.groupOutputs,
          upstream + row * g.outChannels + group * g.groupOutputs, g.outChannels,
          w + group * g.groupOutputs, g.outChannels, 0, scratch, g.patch)
        g.scatter(scratch, rows: rows, group: group, into: tile - units.lowerBound * pixels)
      }
      row = rows.upperBound
    }
  }
}
