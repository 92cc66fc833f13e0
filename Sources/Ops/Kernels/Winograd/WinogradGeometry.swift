/// A 3x3 stride-1 convolution of `[N, H, W, C]` by `[3, 3, C, K]`, divided into square tiles.
///
/// Transposed, it is the input gradient of such a convolution: the kernel is read as `[3, 3, K, C]`, rotated
/// by 180 degrees.
struct WinogradGeometry: Sendable {
  /// The transforms for a size of tiles.
  enum Variant {
    case f2
    case f2Map
    case f4

    var transforms: any WinogradVariant.Type {
      switch self {
      case .f2: WinogradF2.self
      case .f2Map: WinogradF2Map.self
      case .f4: WinogradF4.self
      }
    }
  }

  let images: Int
  let height: Int, width: Int, channels: Int
  let outHeight: Int, outWidth: Int, outChannels: Int
  let padding: (Int, Int)
  let isTransposed: Bool

  /// Creates the geometry, or nil if Winograd's algorithm does not apply to the convolution.
  init?(_ g: ConvolutionGeometry, isTransposed: Bool) {
    guard g.kernelHeight == 3, g.kernelWidth == 3, g.strideH == 1, g.strideW == 1, !g.isDilated,
      g.groups == 1, g.paddingH <= 2, g.paddingW <= 2, g.channels % 16 == 0, g.outChannels % 16 == 0,
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

  /// Whether the map is a single 2 x 2 tile, surrounded by padding.
  var isSingleTile: Bool { height == 2 && width == 2 && outHeight == 2 && outWidth == 2 }
  /// Returns the transforms for tiles of m x m outputs.
  func variant(_ m: Int) -> Variant { m == 4 ? .f4 : isSingleTile ? .f2Map : .f2 }
  func points(_ m: Int) -> Int { variant(m).transforms.points }
  /// Returns the multiplications of the products over those of the direct algorithm.
  func multiplicationShare(_ m: Int) -> Double { Double(points(m)) / Double(9 * m * m) }

  /// The layout of the kernels' matrix for each point.
  var kernels: PackedPanels { PackedPanels(rows: channels, columns: outChannels, isUniform: true) }
  /// The blocks in which kernels are transformed, small enough for the L2 cache.
  var kernelBlocks: KernelBlocks { KernelBlocks(matrix: kernels, rowsPerBlock: 64) }

  func tileRows(_ m: Int) -> Int { pieces(of: m, in: outHeight) }
  func tileColumns(_ m: Int) -> Int { pieces(of: m, in: outWidth) }
  func tiles(_ m: Int) -> Int { images * tileRows(m) * tileColumns(m) }

  /// Returns the cost of tiles of m x m outputs in multiplications: those of the products, plus an estimate
  /// per transformed element.
  func multiplications(_ m: Int) -> Double {
    let (weights, tiles) = (Double(weightCount), Double(tiles(m)))
    return Double(points(m)) * (tiles * weights + tiles * Double(channels + outChannels) * 16 + weights * 12)
  }

  /// The algorithm with the lowest cost.
  var algorithm: ConvolutionAlgorithm {
    let (two, four) = (multiplications(2), multiplications(4))
    let direct = Double(images * outHeight * outWidth * 9) * Double(weightCount + channels * 4)
    if direct <= min(two, four) { return .im2col }
    return two < four ? .winograd2 : .winograd4
  }

  /// Returns the layouts of the points of some input and output tiles.
  func pointMatrices(_ tiles: Int) -> (input: PackedPanels, output: PackedPanels) {
    (
      PackedPanels(rows: tiles, columns: channels, isUniform: true),
      PackedPanels(rows: tiles, columns: outChannels, isUniform: true)
    )
  }
  /// Returns the number of elements of the points of some input tiles followed by as many output tiles.
  func pointElements(_ tiles: Int, _ m: Int) -> Int {
    let matrices = pointMatrices(tiles)
    return points(m) * (matrices.input.pitch + matrices.output.pitch)
  }

  /// Whether the transformed kernels are so large that a block of them is multiplied by many tiles at a time;
  /// otherwise a block of tiles is multiplied by all kernels.
  var isPooled: Bool { weightCount > 32_768 }

  /// Returns the lines of tiles in a block that fits in the L2 cache.
  func linesPerBlock(_ m: Int) -> Int {
    let points = points(m)
    let tiles = max(32, 196_608 / (points * (channels + outChannels)))
    return max(1, min(pieces(of: tileColumns(m), in: tiles), pieces(of: 2, in: lines(m))))
  }
  /// Returns the lines of tiles whose points are multiplied together, as many as fit in the last-level cache.
  func linesPerPool(_ m: Int) -> Int {
    let points = points(m)
    let tiles = max(128, 2_621_440 / (points * (channels + outChannels)))
    let lines = lines(m)
    let pools = pieces(of: max(1, tiles / tileColumns(m)), in: lines)
    return pieces(of: pools, in: lines)
  }
  /// Returns the contiguous input rows that some tiles read.
  func inputRows(ofTiles tiles: Range<Int>, _ m: Int) -> Range<Int> {
    if tiles.isEmpty { return 0..<0 }
    let (columns, rows) = (tileColumns(m), tileRows(m))
    func line(_ tile: Int, _ tap: Int) -> Int {
      let y = tile / columns % rows * m - padding.0 + tap
      return tile / (columns * rows) * height + min(max(y, 0), height)
    }
    return line(tiles.lowerBound, 0) * width..<line(tiles.upperBound - 1, m + 2) * width
  }
  /// Returns the largest number of input rows that `count` tiles read, starting at any multiple of `step`.
  func mostInputRows(tiles count: Int, every step: Int, _ m: Int) -> Int {
    let all = tiles(m)
    return stride(from: 0, to: all, by: step).reduce(0) { most, first in
      max(most, inputRows(ofTiles: first..<min(all, first + count), m).count)
    }
  }
  /// Returns the contiguous output rows that some tiles cover.
  func outputRows(ofTiles tiles: Range<Int>, _ m: Int) -> Range<Int> {
    if tiles.isEmpty { return 0..<0 }
    let columns = tileColumns(m)
    let end = (tiles.upperBound - 1) / columns + 1
    return outputRow(line: tiles.lowerBound / columns, m)..<outputRow(line: end, m)
  }
  /// Returns the largest number of output rows that `count` tiles cover.
  func mostOutputRows(tiles count: Int, _ m: Int) -> Int {
    min(lines(m), (count + tileColumns(m) - 2) / tileColumns(m) + 1) * m * outWidth
  }
  func lines(_ m: Int) -> Int { images * tileRows(m) }
  /// Returns the first output row of a line of tiles.
  func outputRow(line: Int, _ m: Int) -> Int {
    let perImage = tileRows(m)
    return (line / perImage * outHeight + min(line % perImage * m, outHeight)) * outWidth
  }
}

extension ConvolutionGeometry {
  /// Returns the convolution by Winograd's algorithm, where it applies and is faster; Float64 is always
  /// computed directly.
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
