/// The steps of Winograd's filtering on tiles whose points lie together in memory: those of the input, then those of
/// the products.
struct WinogradFiltering<Variant: WinogradVariant> {
  private let geometry: WinogradGeometry
  private let inputPitch: Int, outputPitch: Int
  private let x: RowSource<Float>
  private let w: UnsafeMutablePointer<Float>
  // The transformed kernels.
  private let u: UnsafeMutablePointer<Float>
  // Whether the transformed kernels of a transposed convolution are transposed too, once, rather than in every product.
  private var isTransposedOnce: Bool { geometry.isTransposed && !geometry.isPooled }

  init(_ plan: WinogradConvolutionPlan, _ memory: Memory, kernels: UnsafeMutablePointer<Float>) {
    geometry = plan.geometry
    inputPitch = geometry.pitch(plan.tilesPerProduct, geometry.channels)
    outputPitch = geometry.pitch(plan.tilesPerProduct, geometry.outChannels)
    x = RowSource(plan.x, memory)
    w = memory.pointer(plan.w)
    u = kernels
  }

  func tiles(of lines: Range<Int>) -> Range<Int> {
    let columns = geometry.tileColumns(Variant.outputs)
    return lines.lowerBound * columns..<lines.upperBound * columns
  }

  @inline(__always)
  func transformKernels(task: Int) {
    let g = geometry
    if isTransposedOnce {
      let blocks = WinogradGeometry.weightsPerTask / 256
      WinogradTiles<Variant>.transposedWeights(
        w, rows: g.outChannels, columns: g.channels, blocks: piece(task, of: blocks, in: g.weightCount / 256),
        to: u)
    } else {
      WinogradTiles<Variant>.weights(
        w, count: g.weightCount, range: piece(task, of: WinogradGeometry.weightsPerTask, in: g.weightCount),
        isTurned: g.isTransposed, to: u)
    }
  }

  /// Transforms tiles of the input; tile `first` is the first that lies in `memory`. An input that is
  /// computed for them lies in `scratch`.
  @inline(__always)
  func transformInput(
    _ tiles: Range<Int>, first: Int, in memory: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let input = x.rows(geometry.inputRows(ofTiles: tiles, Variant.outputs), scratch: scratch)
    WinogradTiles<Variant>.input(
      input, geometry, tiles: tiles, to: memory + (tiles.lowerBound - first) * geometry.channels,
      pitch: inputPitch)
  }

  /// Multiplies one point of the first `count` tiles in `memory`, for all columns or one of some parts of them.
  @inline(__always)
  func multiply(
    _ point: Int, part: Int = 0, of parts: Int = 1, count: Int, in memory: UnsafeMutablePointer<Float>
  ) {
    let g = geometry
    let isTransposed = g.isTransposed && !isTransposedOnce
    let columns = piece(part, of: pieces(of: parts, in: g.outChannels), in: g.outChannels)
    let kernel = u + point * g.weightCount + columns.lowerBound * (isTransposed ? g.channels : 1)
    Float.gemm(
      false, isTransposed, count, columns.count, g.channels, memory + point * inputPitch, g.channels,
      kernel, isTransposed ? g.channels : g.outChannels, 0,
      memory + Variant.points * inputPitch + point * outputPitch + columns.lowerBound, g.outChannels)
  }

  /// Transforms the products of lines of tiles to rows of the result.
  @inline(__always)
  func transformOutput(
    _ lines: Range<Int>, first: Int, in memory: UnsafeMutablePointer<Float>,
    to rows: UnsafeMutablePointer<Float>
  ) {
    let tiles = tiles(of: lines)
    let products = memory + Variant.points * inputPitch
    WinogradTiles<Variant>.output(
      products + (tiles.lowerBound - first) * geometry.outChannels, pitch: outputPitch, geometry,
      tiles: tiles, to: rows, firstRow: geometry.outputRow(line: lines.lowerBound, Variant.outputs))
  }
}
