/// The extents of a depthwise convolution, which convolves each channel with a kernel of its own, or of its
/// input gradient, which is one too: with flipped kernels, on the gradient with zeros between its pixels.
struct DepthwiseGeometry: Sendable {
  /// The window along the height or the width.
  struct Axis: Sendable {
    /// The extents of the images read and of those written.
    let source: Int, target: Int
    let kernel: Int
    /// The positions from one tap to the next.
    let dilation: Int
    /// The positions from one result to the next, and from one source pixel to the next.
    let stride: Int, spread: Int
    /// The positions before the first source pixel; negative if that is never read.
    let padding: Int

    /// The positions from the first tap to the last.
    var span: Int { (kernel - 1) * dilation + 1 }

    /// Returns the number of positions that some contiguous results read.
    func extent(of results: Int) -> Int { (results - 1) * stride + span }

    /// Returns the position of a source pixel.
    @inline(__always)
    func position(of pixel: Int) -> Int { padding + pixel * spread }

    /// Returns the source pixels at some positions; the other positions are zeros.
    func pixels(at positions: Range<Int>) -> Range<Int> {
      let first = max(0, pieces(of: spread, in: positions.lowerBound - padding))
      return first..<max(first, min(source, pieces(of: spread, in: positions.upperBound - padding)))
    }

    /// Returns the positions that some contiguous results read.
    func positions(of results: Range<Int>) -> Range<Int> {
      let first = results.lowerBound * stride
      return first..<first + extent(of: results.count)
    }
  }

  let images: Int, channels: Int
  let height: Axis, width: Axis
  /// Whether the taps of the kernels are in reverse.
  let isFlipped: Bool

  /// The lines of a register tile, and the results in each: as many as there are registers for.
  @inline(__always)
  static var tileLines: Int { PackedPanels.hasWideRegisters ? 2 : 1 }
  @inline(__always)
  static var tileWidth: Int { PackedPanels.hasWideRegisters ? 8 : 4 }
  private static var lanes: Int { 16 }
  // The elements of a slab, a quarter of the L2 cache in single precision.
  private static var slabElements: Int { 65_536 }

  /// Creates the geometry of a convolution; nil if that is not depthwise.
  init?(_ g: ConvolutionGeometry, isInputGradient: Bool = false) {
    guard g.groups > 1, g.groups == g.channels, g.groups == g.outChannels else { return nil }
    func axis(
      _ source: Int, _ target: Int, kernel: Int, stride: Int, padding: Int, dilation: Int
    ) -> Axis {
      isInputGradient
        ? Axis(
          source: target, target: source, kernel: kernel, dilation: dilation, stride: 1, spread: stride,
          padding: (kernel - 1) * dilation - padding)
        : Axis(
          source: source, target: target, kernel: kernel, dilation: dilation, stride: stride, spread: 1,
          padding: padding)
    }
    (images, channels) = (g.images, g.channels)
    height = axis(
      g.height, g.outHeight, kernel: g.kernelHeight, stride: g.strideH, padding: g.paddingH,
      dilation: g.dilationH)
    width = axis(
      g.width, g.outWidth, kernel: g.kernelWidth, stride: g.strideW, padding: g.paddingW,
      dilation: g.dilationW)
    isFlipped = isInputGradient
  }

  var taps: Int { height.kernel * width.kernel }

  var summary: String {
    "\(height.kernel)x\(width.kernel)/\(max(height.stride, height.spread)) \(channels)"
      + " @\(height.target)x\(width.target)x\(images)"
      + (height.dilation * width.dilation > 1 ? " dilated \(height.dilation)x\(width.dilation)" : "")
  }

  /// The number of blocks of channels, a vector each. The last block overlaps the one before it.
  var blocks: Int { pieces(of: Self.lanes, in: channels) }

  /// Returns the first channel of a block.
  @inline(__always)
  func firstChannel(of block: Int) -> Int { max(0, min(block * Self.lanes, channels - Self.lanes)) }

  /// The positions in a line of the slab, also for the unused results of a tile.
  var slabWidth: Int { width.extent(of: max(width.target, Self.tileWidth)) }
  /// The elements in a line of the slab.
  var slabPitch: Int { slabWidth * Self.lanes }

  /// The lines of results computed from one slab.
  var linesPerBand: Int {
    let lines = Self.slabElements / slabPitch
    return min(height.target, max(1, (lines - height.span) / height.stride + 1))
  }
  var bands: Int { pieces(of: linesPerBand, in: height.target) }
  var slabSize: Int { height.extent(of: linesPerBand) * slabPitch }

  /// Returns the element in the slab that a tap reads for the first result.
  @inline(__always)
  func offset(of tap: Int) -> Int {
    tap / width.kernel * height.dilation * slabPitch + tap % width.kernel * width.dilation * Self.lanes
  }

  /// Fills a slab with what a band of results reads of a block of channels: the vectors of contiguous
  /// positions, with zeros around and between the pixels.
  ///
  /// - Parameters:
  ///   - slab: The slab.
  ///   - source: The images.
  ///   - first: The first channel of the block in the first pixel of the image.
  ///   - band: The lines of results.
  ///   - clears: Whether the zeros are written too, which stay from one block of a band to the next.
  ///   - access: The access to the vectors of the block.
  @inline(__always)
  func fill<T: KernelReal>(
    _ slab: UnsafeMutablePointer<T>, from source: TensorReader<T>, _ first: Int, for band: Range<Int>,
    clears: Bool, _ access: some VectorAccess
  ) {
    let positions = height.positions(of: band)
    if clears { slab.update(repeating: 0, count: positions.count * slabPitch) }
    let columns = width.pixels(at: 0..<slabWidth)
    for row in height.pixels(at: positions) {
      let line = slab + (height.position(of: row) - positions.lowerBound) * slabPitch
      source.copy(
        vectors: columns.count, from: first + (row * width.source + columns.lowerBound) * channels,
        pitch: channels, to: line + width.position(of: columns.lowerBound) * Self.lanes,
        step: width.spread * Self.lanes, access)
    }
  }
}
