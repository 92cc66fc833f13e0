/// A convolution with at most four output positions, as one GEMM per (position, tap) pair over the batch; no
/// im2col, no padding. Also a matrix product with few rows.
struct PerPositionGemm: Sendable {
  /// One GEMM: the inputs at one position times one tap, or several consecutive taps, for the outputs at
  /// another position.
  struct Term: Hashable, Sendable {
    var output: Int, input: Int, tap: Int
    /// The number of consecutive inputs and taps, which form one longer product.
    var count: Int
  }

  let images: Int
  let inputs: Int, channels: Int
  let outputs: Int, outChannels: Int
  /// The number of taps in the kernel.
  let taps: Int
  let terms: [Term]
  let summary: String

  static let mostOutputs = 4

  /// Creates the GEMMs of a convolution, or nil if another algorithm is faster.
  init?(_ g: ConvolutionGeometry) {
    guard g.groups == 1, g.rowsPerImage <= PerPositionGemm.mostOutputs, g.kernelHeight * g.kernelWidth > 1,
      g.images >= 8
    else { return nil }
    images = g.images
    (inputs, channels) = (g.height * g.width, g.channels)
    (outputs, outChannels) = (g.rowsPerImage, g.outChannels)
    taps = g.kernelHeight * g.kernelWidth
    summary = g.summary
    var terms: [Term] = []
    for output in 0..<outputs {
      let (y0, x0) = (
        output / g.outWidth * g.strideH - g.paddingH, output % g.outWidth * g.strideW - g.paddingW
      )
      for i in 0..<g.kernelHeight {
        let y = y0 + i * g.dilationH
        for j in 0..<g.kernelWidth {
          let x = x0 + j * g.dilationW
          guard y >= 0, y < g.height, x >= 0, x < g.width else { continue }
          terms.append(
            Term(output: output, input: y * g.width + x, tap: i * g.kernelWidth + j, count: 1))
        }
      }
    }
    self.terms = terms
  }

  /// Creates a product of `[rows, channels]` by `[channels, outChannels]`, or nil if it is better divided by
  /// rows.
  init?(rows: Int, channels: Int, outChannels: Int) {
    guard rows <= 128, outChannels >= 512, channels * outChannels >= 262_144 else { return nil }
    images = rows
    (inputs, outputs, taps) = (1, 1, 1)
    (self.channels, self.outChannels) = (channels, outChannels)
    terms = [Term(output: 0, input: 0, tap: 0, count: 1)]
    summary = "\(rows)x\(outChannels)x\(channels)"
  }

  /// The terms, with consecutive inputs and taps merged.
  var joined: [Term] {
    terms.reduce(into: []) { joined, term in
      if let last = joined.last, last.output == term.output, last.input + last.count == term.input,
        last.tap + last.count == term.tap
      {
        joined[joined.count - 1].count += 1
      } else {
        joined.append(term)
      }
    }
  }
}

extension ConvolutionGeometry {
  /// Returns the convolution per position, if it is faster than Winograd's algorithm on a single tile and
  /// than products of pairs, and no other algorithm is requested.
  func smallMap(_ element: ElementType, _ choices: KernelChoices) -> PerPositionGemm? {
    guard choices.convolution == nil, let map = PerPositionGemm(self) else { return nil }
    // Pairs take half the time, but taps outside the map as long as others.
    if choices.allowsPairs, allowsPairs(of: channels), allowsPairs(of: outChannels),
      2 * map.terms.count > map.outputs * map.taps
    {
      return nil
    }
    if element == .float32, let tile = WinogradGeometry(self, isTransposed: false), tile.isSingleTile,
      tile.multiplications(2) < Double(map.images * map.terms.count * tile.weightCount)
    {
      return nil
    }
    return map
  }
}
