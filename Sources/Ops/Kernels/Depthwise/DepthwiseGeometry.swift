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

    /// Returns the source pixel at a position; nil if there are zeros.
    @inline(__always)
    func pixel(at position: Int) -> Int? {
      let place = position - padding
      guard place >= 0, place < source * spread, spread == 1 || place % spread == 0 else { return nil }
      return place / spread
    }

    /// Returns the source pixels at some positions; the other positions are zeros.
    func pixels(at positions: Range<Int>) -> Range<Int> {
      let first = max(0, pieces(of: spread, in: positions.lowerBound - padding))
      return first..<max(first, min(source, pieces(of: spread, in: positions.upperBound - padding)))
    }

    /// Returns the source pixels that a result reads.
    @inline(__always)
    func pixels(of result: Int) -> Range<Int> { pixels(at: result * stride..<result * stride + span) }
    /// The largest number of source pixels that a result reads.
    var mostPixels: Int { min(source, pieces(of: spread, in: span)) }
  }

  let images: Int, channels: Int
  let height: Axis, width: Axis
  /// Whether the taps of the kernels are in reverse.
  let isFlipped: Bool

  /// The number of results of a tile, neighbors in a line: as many as there are registers for.
  @inline(__always)
  static var tileWidth: Int { PackedPanels.hasWideRegisters ? 8 : 4 }
  /// The channels of a block, those of a vector.
  static var lanes: Int { 16 }

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

  /// The number of blocks of channels, a vector each; the last one may have fewer.
  var blocks: Int { pieces(of: Self.lanes, in: channels) }
  /// Returns whether a block has as many channels as a vector.
  @inline(__always)
  func isWhole(_ block: Int) -> Bool { (block + 1) * Self.lanes <= channels }
  /// The number of tiles in a line.
  var tiles: Int { pieces(of: Self.tileWidth, in: width.target) }
  /// The lines of results of all images.
  var lines: Int { images * height.target }

  /// Returns the lines of results per task: of whole images, or of so much of one that most of what a line
  /// reads was read for the line before it.
  func linesPerTask(ofAtMost tasks: Int) -> Int {
    let bands = min(pieces(of: images, in: tasks), height.target / (4 * height.span))
    return bands > 1
      ? pieces(of: bands, in: height.target) : pieces(of: tasks, in: images) * height.target
  }

  /// The positions in a line that its tiles read.
  var positions: Int { width.extent(of: tiles * Self.tileWidth) }

  /// The number of weights by block and tap, a vector for each.
  var weights: Int { blocks * taps * Self.lanes }

  /// Arranges kernels, `[kh, kw, 1, C]`, by block and tap.
  func pack<T>(_ kernels: UnsafePointer<T>, in weights: UnsafeMutablePointer<T>) {
    forEachTap { source, target, count in
      (weights + target).update(from: kernels + source, count: count)
      (weights + target + count).update(repeating: kernels[source], count: Self.lanes - count)
    }
  }

  /// Arranges weights by block and tap as kernels, `[kh, kw, 1, C]`.
  func unpack<T>(_ weights: UnsafePointer<T>, to kernels: UnsafeMutablePointer<T>) {
    forEachTap { target, source, count in (kernels + target).update(from: weights + source, count: count) }
  }

  // Calls `body` with the places of each block and tap in kernels and in weights, and the number of channels.
  private func forEachTap(_ body: (_ kernels: Int, _ weights: Int, _ count: Int) -> Void) {
    for block in 0..<blocks {
      let channels = piece(block, of: Self.lanes, in: channels)
      for tap in 0..<taps {
        let source = isFlipped ? taps - 1 - tap : tap
        body(
          source * self.channels + channels.lowerBound, (block * taps + tap) * Self.lanes, channels.count)
      }
    }
  }
}
