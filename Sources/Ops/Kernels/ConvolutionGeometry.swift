/// The extents of a 2-D convolution of `[N, H, W, C]` by `[kh, kw, C / groups, K]`.
struct ConvolutionGeometry: Hashable, Sendable {
  let images: Int, height: Int, width: Int, channels: Int
  let kernelHeight: Int, kernelWidth: Int
  let strideH: Int, strideW: Int
  let paddingH: Int, paddingW: Int
  let groups: Int
  let outHeight: Int, outWidth: Int, outChannels: Int

  /// - Parameters:
  ///   - input: `[N, H, W, C]`
  ///   - output: `[N, H', W', K]`
  init(input: Shape, output: Shape, window: Window, groups: Int) {
    (images, height, width, channels) = (input[0], input[1], input[2], input[3])
    (kernelHeight, kernelWidth) = (window.height.kernel, window.width.kernel)
    (strideH, strideW) = (window.height.stride, window.width.stride)
    (paddingH, paddingW) = (window.height.padding, window.width.padding)
    self.groups = groups
    (outHeight, outWidth, outChannels) = (output[1], output[2], output[3])
  }

  /// A convolution with stride 1.
  init(
    images: Int, height: Int, width: Int, channels: Int, kernelHeight: Int, kernelWidth: Int, paddingH: Int,
    paddingW: Int, groups: Int, outHeight: Int, outWidth: Int, outChannels: Int
  ) {
    (self.images, self.height, self.width, self.channels) = (images, height, width, channels)
    (self.kernelHeight, self.kernelWidth) = (kernelHeight, kernelWidth)
    (strideH, strideW) = (1, 1)
    (self.paddingH, self.paddingW) = (paddingH, paddingW)
    self.groups = groups
    (self.outHeight, self.outWidth, self.outChannels) = (outHeight, outWidth, outChannels)
  }

  var rowsPerImage: Int { outHeight * outWidth }
  var rows: Int { images * rowsPerImage }
  var groupChannels: Int { channels / groups }
  var groupOutputs: Int { outChannels / groups }
  /// The elements of the patch that one output of a group sees.
  var patch: Int { kernelHeight * kernelWidth * groupChannels }
  var weightCount: Int { patch * outChannels }

  /// Whether the patches are the input's own rows, so that nothing is gathered.
  var isPointwise: Bool {
    kernelHeight == 1 && kernelWidth == 1 && strideH == 1 && strideW == 1 && paddingH == 0 && paddingW == 0
      && groups == 1 && outHeight == height && outWidth == width
  }

  var summary: String {
    "\(kernelHeight)x\(kernelWidth)/\(strideH) \(channels)->\(outChannels) @\(outHeight)x\(outWidth)x\(images)"
      + (groups == 1 ? "" : " groups \(groups)")
  }

  // Rows of patches to a tile. A small kernel is multiplied by OpenBLAS as it lies, up to a million multiplications at
  // a time. Else the tile is to fit in the second-level cache; where nothing is gathered, it is to be large enough to
  // make up for arranging the kernel anew.
  var rowsPerTile: Int {
    let multiplications = patch * groupOutputs
    let asItLies = 1_000_000 / max(1, multiplications)
    if asItLies >= 61 { return min(256, asItLies) }
    let cached = max(64, min(512, 98_304 / max(1, patch + groupOutputs)))
    return kernelHeight * kernelWidth == 1 || multiplications > 500_000
      ? max(cached, min(256, pieces(of: 4, in: rows))) : cached
  }

  /// The rows of the input, in one piece, that the patches of some outputs are taken from.
  func inputRows(of rows: Range<Int>) -> Range<Int> {
    if isPointwise || rows.isEmpty { return rows }
    func line(_ row: Int, _ tap: Int) -> Int {
      let y = row % rowsPerImage / outWidth * strideH - paddingH + tap
      return row / rowsPerImage * height + min(max(y, 0), height)
    }
    return line(rows.lowerBound, 0) * width..<line(rows.upperBound - 1, kernelHeight) * width
  }

  /// The patches of some outputs, one a row: the input's own rows where they are the same, else copied to `tile`.
  @inline(__always)
  func patches<T: Real>(
    of x: UnsafeMutablePointer<T>, rows: Range<Int>, group: Int, in tile: UnsafeMutablePointer<T>
  ) -> UnsafeMutablePointer<T> {
    if isPointwise { return x + rows.lowerBound * channels }
    gather(x, rows: rows, group: group, into: tile)
    return tile
  }

  /// Copies the patches of some outputs, zeros where they reach over the edge, to the rows of `tile`.
  @inline(__always)
  private func gather<T: Real>(
    _ x: UnsafePointer<T>, rows: Range<Int>, group: Int, into tile: UnsafeMutablePointer<T>
  ) {
    var target = tile
    forEachRun(rows: rows) { image, y, x0, valid in
      gatherRun(x, image, y, x0, valid, group, target)
      target += kernelWidth * groupChannels
    }
  }

  @inline(__always)
  private func gatherRun<T: Real>(
    _ x: UnsafePointer<T>, _ image: Int, _ y: Int, _ x0: Int, _ valid: Range<Int>, _ group: Int,
    _ target: UnsafeMutablePointer<T>
  ) {
    let depth = groupChannels
    if valid.isEmpty {
      target.update(repeating: 0, count: kernelWidth * depth)
      return
    }
    if valid.lowerBound > 0 { target.update(repeating: 0, count: valid.lowerBound * depth) }
    let source = x + ((image * height + y) * width + x0) * channels + group * depth
    if groups == 1 {
      let first = valid.lowerBound * depth
      copy(target + first, from: source + first, valid.count * depth)
    } else {
      for column in valid { (target + column * depth).update(from: source + column * channels, count: depth) }
    }
    if valid.upperBound < kernelWidth {
      (target + valid.upperBound * depth).update(
        repeating: 0, count: (kernelWidth - valid.upperBound) * depth)
    }
  }

  // Every row of every patch: its image and line, where it starts, and which of its columns lie inside.
  @inline(__always)
  private func forEachRun(rows: Range<Int>, _ body: (Int, Int, Int, Range<Int>) -> Void) {
    var image = rows.lowerBound / rowsPerImage
    var rest = rows.lowerBound % rowsPerImage
    for _ in rows {
      let y0 = rest / outWidth * strideH - paddingH
      let x0 = rest % outWidth * strideW - paddingW
      let first = min(kernelWidth, max(0, -x0))
      let valid = first..<max(first, min(kernelWidth, width - x0))
      for line in 0..<kernelHeight {
        let y = y0 + line
        body(image, y, x0, y >= 0 && y < height ? valid : 0..<0)
      }
      rest += 1
      if rest == rowsPerImage { (image, rest) = (image + 1, 0) }
    }
  }
}
