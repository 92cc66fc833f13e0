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

  /// A pointwise convolution as one of lines of up to 64 pixels, whichever image they are of.
  var inLongLines: ConvolutionGeometry {
    guard isPointwise, let length = (1...64).last(where: { rows % $0 == 0 }) else { return self }
    return ConvolutionGeometry(
      images: 1, height: rows / length, width: length, channels: channels, kernelHeight: 1, kernelWidth: 1,
      paddingH: 0, paddingW: 0, groups: groups, outHeight: rows / length, outWidth: length,
      outChannels: outChannels)
  }

  /// The lines of outputs, cut in tiles whose patches and results stay in the second-level cache beside what
  /// is read ahead for the next.
  var lineTiling: RowTiling {
    let perOutput = strideH * strideW * groupChannels + groupOutputs
    let outputs = ConvolutionGeometry.outputsPerTile(of: rows, elements: perOutput)
    return RowTiling(rows: images * outHeight, rowsPerTile: max(1, outputs / max(1, outWidth)))
  }

  /// Outputs of a tile when each takes some elements of it.
  static func outputsPerTile(of outputs: Int, elements perOutput: Int) -> Int {
    max(64, min(128, 65_536 / perOutput, outputs / 8))
  }
}
