/// A 3x3 convolution with stride 1 of `[N, H, W, C]` by `[3, 3, C, K]`, cut in square tiles.
///
/// Transposed, it is the gradient of such a convolution's input: the kernel is read `[3, 3, K, C]`, turned
/// around.
struct WinogradGeometry: Sendable {
  let images: Int
  let height: Int, width: Int, channels: Int
  let outHeight: Int, outWidth: Int, outChannels: Int
  let padding: (Int, Int)
  let isTransposed: Bool

  /// Nil if the convolution is none that Winograd's filtering computes.
  init?(_ g: ConvolutionGeometry, isTransposed: Bool) {
    guard g.kernelHeight == 3, g.kernelWidth == 3, g.strideH == 1, g.strideW == 1, g.groups == 1,
      g.paddingH <= 2, g.paddingW <= 2, g.channels % 16 == 0, g.outChannels % 16 == 0,
      max(g.channels, g.outChannels) <= WindowPixels.mostChannels
    else { return nil }
    images = g.images
    self.isTransposed = isTransposed
    if isTransposed {
      (height, width, channels) = (g.outHeight, g.outWidth, g.outChannels)
      (outHeight, outWidth, outChannels) = (g.height, g.width, g.channels)
      padding = (2 - g.paddingH, 2 - g.paddingW)
    } else {
      (height, width, channels) = (g.height, g.width, g.channels)
      (outHeight, outWidth, outChannels) = (g.outHeight, g.outWidth, g.outChannels)
      padding = (g.paddingH, g.paddingW)
    }
  }

  var weightCount: Int { channels * outChannels }
  var summary: String { "3x3/1 \(channels)->\(outChannels) @\(outHeight)x\(outWidth)x\(images)" }

  /// Whether the map is a single tile of 2 x 2, with nothing around it but padding.
  var isSingleTile: Bool { height == 2 && width == 2 && outHeight == 2 && outWidth == 2 }
  /// The transforms for tiles of m x m outputs.
  func variant(_ m: Int) -> any WinogradVariant.Type {
    if m == 4 { return WinogradF4.self }
    return isSingleTile ? WinogradF2Map.self : WinogradF2.self
  }
  func points(_ m: Int) -> Int { variant(m).points }

  /// The matrix of each point of the kernels.
  var kernels: PackedPanels { PackedPanels(rows: channels, columns: outChannels) }
  /// The kernels are transformed in blocks of these, small enough to stay in the second-level cache.
  var kernelBlocks: KernelBlocks { KernelBlocks(matrix: kernels, rowsPerBlock: 64) }

  func tileRows(_ m: Int) -> Int { pieces(of: m, in: outHeight) }
  func tileColumns(_ m: Int) -> Int { pieces(of: m, in: outWidth) }
  func tiles(_ m: Int) -> Int { images * tileRows(m) * tileColumns(m) }

  /// The work with tiles of m x m outputs, counted in multiplications: those of the products, and what an
  /// element that is transformed costs beside them.
  func multiplications(_ m: Int) -> Double {
    let (weights, tiles) = (Double(weightCount), Double(tiles(m)))
    return Double(points(m)) * (tiles * weights + tiles * Double(channels + outChannels) * 16 + weights * 12)
  }

  /// The algorithm with the least work.
  var algorithm: ConvolutionAlgorithm {
    let (two, four) = (multiplications(2), multiplications(4))
    let direct = Double(images * outHeight * outWidth * 9) * Double(weightCount + channels * 4)
    if direct <= min(two, four) { return .im2col }
    return two < four ? .winograd2 : .winograd4
  }

  /// The matrices of each point of some tiles of the input and of the output.
  func pointMatrices(_ tiles: Int) -> (input: PackedPanels, output: PackedPanels) {
    (PackedPanels(rows: tiles, columns: channels), PackedPanels(rows: tiles, columns: outChannels))
  }
  /// Elements of the points of some tiles of the input and of as many of the output, one after the other.
  func pointElements(_ tiles: Int, _ m: Int) -> Int {
    let matrices = pointMatrices(tiles)
    return points(m) * (matrices.input.pitch + matrices.output.pitch)
  }

  /// Whether the transformed kernels are so large that each had better be used for many tiles: then these are
  /// multiplied by a block of kernels at a time, else a block of tiles by all kernels.
  var isPooled: Bool { weightCount > 32_768 }

  /// Lines of tiles that make up a block in the second-level cache.
  func linesPerBlock(_ m: Int) -> Int {
    let points = points(m)
    let tiles = max(32, 196_608 / (points * (channels + outChannels)))
    return max(1, min(pieces(of: tileColumns(m), in: tiles), pieces(of: 2, in: lines(m))))
  }
  /// Lines of tiles whose points are multiplied together: as many as stay in the last-level cache.
  func linesPerPool(_ m: Int) -> Int {
    let points = points(m)
    let tiles = max(128, 2_621_440 / (points * (channels + outChannels)))
    let lines = lines(m)
    let pools = pieces(of: max(1, tiles / tileColumns(m)), in: lines)
    return pieces(of: pools, in: lines)
  }
  /// The rows of the input, in one piece, that some tiles are taken from.
  func inputRows(ofTiles tiles: Range<Int>, _ m: Int) -> Range<Int> {
    if tiles.isEmpty { return 0..<0 }
    let (columns, rows) = (tileColumns(m), tileRows(m))
    func line(_ tile: Int, _ tap: Int) -> Int {
      let y = tile / columns % rows * m - padding.0 + tap
      return tile / (columns * rows) * height + min(max(y, 0), height)
    }
    return line(tiles.lowerBound, 0) * width..<line(tiles.upperBound - 1, m + 2) * width
  }
  /// The most rows of the input that `count` tiles are taken from, beginning with any of every `step`.
  func mostInputRows(tiles count: Int, every step: Int, _ m: Int) -> Int {
    let all = tiles(m)
    return stride(from: 0, to: all, by: step).reduce(0) { most, first in
      max(most, inputRows(ofTiles: first..<min(all, first + count), m).count)
    }
  }
  func lines(_ m: Int) -> Int { images * tileRows(m) }
  /// The outputs of lines of tiles before `line`, as rows.
  func outputRow(line: Int, _ m: Int) -> Int {
    let perImage = tileRows(m)
    return (line / perImage * outHeight + min(line % perImage * m, outHeight)) * outWidth
  }
}

extension ConvolutionGeometry {
  /// The convolution by Winograd's filtering, where that is possible and pays; Float64 always goes the direct
  /// way.
  func winograd(
    _ element: ElementType, isTransposed: Bool, _ choices: KernelChoices
  ) -> (WinogradGeometry, ConvolutionAlgorithm)? {
    guard element == .float32, let geometry = WinogradGeometry(self, isTransposed: isTransposed) else {
      return nil
    }
    let algorithm = choices.convolution ?? geometry.algorithm
    return algorithm == .im2col ? nil : (geometry, algorithm)
  }
}
