/// The steps of Winograd's algorithm on tiles whose points are in one memory block: first those of the input,
/// then those of the products.
struct WinogradFiltering<Variant: WinogradVariant> {
  let geometry: WinogradGeometry
  private let input: PackedPanels, output: PackedPanels
  private let x: OperandReader<Float>
  private let w: UnsafePointer<Float>

  init(_ plan: WinogradConvolutionPlan, _ memory: CallMemory<Float>) {
    geometry = plan.geometry
    (input, output) = geometry.pointMatrices(plan.tilesPerProduct)
    x = OperandReader(plan.x, memory)
    w = OperandReader(plan.w, memory).elements
  }

  func tiles(of lines: Range<Int>) -> Range<Int> {
    let columns = geometry.tileColumns(Variant.outputs)
    return lines.lowerBound * columns..<lines.upperBound * columns
  }

  /// Transforms a block of kernels. Each point has a matrix; `kernels` is the address of the block in the
  /// first one.
  @inline(__always)
  func transformKernels(_ block: KernelBlocks.Block, to kernels: UnsafeMutablePointer<Float>, pitch: Int) {
    WinogradTiles<Variant>.weights(w, geometry, block, to: kernels, pitch: pitch)
  }

  /// Transforms tiles of the input; tile `first` is the first one in `memory`. An input computed by a
  /// prologue goes to `scratch`.
  @inline(__always)
  func transformInput(
    _ tiles: Range<Int>, first: Int, in memory: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let rows = x.rows(geometry.inputRows(ofTiles: tiles, Variant.outputs), scratch: scratch)
    WinogradTiles<Variant>.input(rows, geometry, tiles: tiles, first: first, to: memory, input)
  }

  /// Multiplies every point of some tiles in `memory` by a block of kernels, optionally accumulating.
  @inline(__always)
  func multiply(
    _ tiles: Range<Int>, _ block: KernelBlocks.Block, _ kernels: UnsafePointer<Float>, pitch: Int, adds: Bool,
    in memory: UnsafeMutablePointer<Float>, fetching ahead: inout Prefetcher
  ) {
    for point in 0..<Variant.points {
      multiply(point, tiles, block, kernels + point * pitch, adds: adds, in: memory, fetching: &ahead)
    }
  }

  /// Like `multiply`, for a pool larger than the near caches: prefetches the tiles of each point during the
  /// previous one.
  @inline(__always)
  func multiplyPooled(
    _ tiles: Range<Int>, _ block: KernelBlocks.Block, _ kernels: UnsafePointer<Float>, pitch: Int, adds: Bool,
    in memory: UnsafeMutablePointer<Float>
  ) {
    var ahead = Prefetcher()
    let source = memory + input.offset(tiles.lowerBound, block.rows.lowerBound)
    for point in 0..<Variant.points {
      if point + 1 < Variant.points {
        for panel in 0..<pieces(of: input.width, in: block.rows.count) {
          ahead.add(
            source + ((point + 1) * input.pitch + panel * input.stride), count: tiles.count * input.width)
        }
      }
      multiply(point, tiles, block, kernels + point * pitch, adds: adds, in: memory, fetching: &ahead)
    }
  }

  @inline(__always)
  private func multiply(
    _ point: Int, _ tiles: Range<Int>, _ block: KernelBlocks.Block, _ kernels: UnsafePointer<Float>,
    adds: Bool, in memory: UnsafeMutablePointer<Float>, fetching ahead: inout Prefetcher
  ) {
    let source = memory + (point * input.pitch + input.offset(tiles.lowerBound, block.rows.lowerBound))
    let target =
      memory
      + (Variant.points * input.pitch + point * output.pitch
        + output.offset(tiles.lowerBound, block.columns.lowerBound))
    let a = PanelOperand(
      base: UnsafePointer(source), rows: .strided(input.width), depth: block.rows.count,
      length: input.width, runStride: input.stride)
    PanelProduct.multiply(
      rows: tiles.count, a, kernels, width: output.width,
      to: PanelResult(base: target, rows: .strided(output.width), columns: output.width, adds: adds),
      fetching: &ahead)
  }

  /// Transforms the products of lines of tiles to rows of the result.
  @inline(__always)
  func transformOutput(
    _ lines: Range<Int>, first: Int, in memory: UnsafeMutablePointer<Float>,
    to rows: UnsafeMutablePointer<Float>
  ) {
    WinogradTiles<Variant>.output(
      memory + Variant.points * input.pitch, output, geometry, tiles: tiles(of: lines), first: first,
      to: rows,
      firstRow: geometry.outputRow(line: lines.lowerBound, Variant.outputs))
  }
}
