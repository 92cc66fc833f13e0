/// The extents of a 2-D convolution of `[N, H, W, C]` by `[kh, kw, C / groups, K]`.
struct ConvolutionGeometry: Hashable, Sendable {
  let images: Int, height: Int, width: Int, channels: Int
  let kernelHeight: Int, kernelWidth: Int
  let strideH: Int, strideW: Int
  let paddingH: Int, paddingW: Int
  /// The distance of neighboring taps, 1 along an axis with a single one.
  let dilationH: Int, dilationW: Int
  let groups: Int
  let outHeight: Int, outWidth: Int, outChannels: Int

  /// Creates the geometry of a convolution.
  ///
  /// - Parameters:
  ///   - input: The shape of the images, `[N, H, W, C]`.
  ///   - output: The shape of the result, `[N, H', W', K]`.
  init(input: Shape, output: Shape, window: Window, groups: Int) {
    (images, height, width, channels) = (input[0], input[1], input[2], input[3])
    (kernelHeight, kernelWidth) = (window.height.kernel, window.width.kernel)
    (strideH, strideW) = (window.height.stride, window.width.stride)
    (paddingH, paddingW) = (window.height.padding, window.width.padding)
    dilationH = kernelHeight == 1 ? 1 : window.height.dilation
    dilationW = kernelWidth == 1 ? 1 : window.width.dilation
    self.groups = groups
    (outHeight, outWidth, outChannels) = (output[1], output[2], output[3])
  }

  /// Creates the geometry of a stride-1 convolution.
  init(
    images: Int, height: Int, width: Int, channels: Int, kernelHeight: Int, kernelWidth: Int, paddingH: Int,
    paddingW: Int, dilationH: Int = 1, dilationW: Int = 1, groups: Int, outHeight: Int, outWidth: Int,
    outChannels: Int
  ) {
    (self.images, self.height, self.width, self.channels) = (images, height, width, channels)
    (self.kernelHeight, self.kernelWidth) = (kernelHeight, kernelWidth)
    (strideH, strideW) = (1, 1)
    (self.paddingH, self.paddingW) = (paddingH, paddingW)
    (self.dilationH, self.dilationW) = (dilationH, dilationW)
    self.groups = groups
    (self.outHeight, self.outWidth, self.outChannels) = (outHeight, outWidth, outChannels)
  }

  /// Creates the geometry of a pointwise convolution of rows: a product of matrices.
  init(rows: Int, channels: Int, outChannels: Int) {
    let whole = ConvolutionGeometry(
      images: 1, height: rows, width: 1, channels: channels, kernelHeight: 1, kernelWidth: 1, paddingH: 0,
      paddingW: 0, groups: 1, outHeight: rows, outWidth: 1, outChannels: outChannels)
    self = whole.inLongLines
  }

  /// Creates the geometry of the same convolution with another number of elements in a pixel of the images.
  private init(_ g: ConvolutionGeometry, channels: Int) {
    (images, height, width) = (g.images, g.height, g.width)
    (kernelHeight, kernelWidth) = (g.kernelHeight, g.kernelWidth)
    (strideH, strideW) = (g.strideH, g.strideW)
    (paddingH, paddingW) = (g.paddingH, g.paddingW)
    (dilationH, dilationW) = (g.dilationH, g.dilationW)
    groups = g.groups
    (outHeight, outWidth, outChannels) = (g.outHeight, g.outWidth, g.outChannels)
    self.channels = channels
  }

  /// Returns the geometry as a product reads it, in elements of several channels.
  func read(as form: OperandForm) -> ConvolutionGeometry {
    ConvolutionGeometry(self, channels: channels / form.numbers)
  }

  var rowsPerImage: Int { outHeight * outWidth }
  var rows: Int { images * rowsPerImage }
  var groupChannels: Int { channels / groups }
  var groupOutputs: Int { outChannels / groups }
  /// The number of elements in the patch of one output of a group.
  var patch: Int { kernelHeight * kernelWidth * groupChannels }
  /// The lines and the columns from the first tap to the last.
  var spanH: Int { (kernelHeight - 1) * dilationH + 1 }
  var spanW: Int { (kernelWidth - 1) * dilationW + 1 }
  var isDilated: Bool { dilationH > 1 || dilationW > 1 }
  var weightCount: Int { patch * outChannels }

  /// Whether its kernels read computed rows, or such that are converted: whole ones, in the order in which
  /// they are stored.
  var convertsOperands: Bool { groups == 1 && dilationW == 1 }

  /// Whether its products may be of pairs of bfloat16, of consecutive channels.
  func allowsPairs(of channels: Int) -> Bool { convertsOperands && channels % 2 == 0 }

  /// Whether it is a pointwise convolution: the patches are the rows of the input.
  var isPointwise: Bool {
    kernelHeight == 1 && kernelWidth == 1 && strideH == 1 && strideW == 1 && paddingH == 0 && paddingW == 0
      && groups == 1 && outHeight == height && outWidth == width
  }

  var summary: String {
    "\(kernelHeight)x\(kernelWidth)/\(strideH) \(channels)->\(outChannels) @\(outHeight)x\(outWidth)x\(images)"
      + (groups == 1 ? "" : " groups \(groups)")
      + (isDilated ? " dilated \(dilationH)x\(dilationW)" : "")
  }

  /// A pointwise convolution regrouped into lines of up to 64 pixels, across images: the longest ones, or
  /// where there are few, those at which the last of eight threads ends earliest.
  var inLongLines: ConvolutionGeometry {
    let lengths = (1...64).reversed().filter { rows % $0 == 0 }
    guard isPointwise, let longest = lengths.first else { return self }
    func rowsOfLastThread(_ length: Int) -> Int { pieces(of: 8 * length, in: rows) * length }
    let even = lengths.prefix { $0 >= 32 }.min { rowsOfLastThread($0) < rowsOfLastThread($1) }
    let length = rows <= 32 * longest ? even ?? longest : longest
    return ConvolutionGeometry(
      images: 1, height: rows / length, width: length, channels: channels, kernelHeight: 1, kernelWidth: 1,
      paddingH: 0, paddingW: 0, groups: groups, outHeight: rows / length, outWidth: length,
      outChannels: outChannels)
  }

  /// The tiling of output lines: patches and results fit in the L2 cache, next to the data prefetched for the
  /// following tile.
  var lineTiling: RowTiling {
    let perOutput = strideH * strideW * groupChannels + groupOutputs
    let outputs = ConvolutionGeometry.outputsPerTile(of: rows, elements: perOutput)
    return RowTiling(rows: images * outHeight, rowsPerTile: max(1, outputs / max(1, outWidth)))
  }

  /// Returns the number of outputs per tile, given the elements per output.
  static func outputsPerTile(of outputs: Int, elements perOutput: Int) -> Int {
    max(64, min(128, 65_536 / perOutput, outputs / 8))
  }
}
