/// One phase of a strided convolution's input gradient: inputs congruent modulo the stride, computed by a
/// stride-1 convolution of the upstream gradient, dilated as far as the dilation is no multiple of the
/// stride.
struct StridePhase: Sendable {
  /// The phase's first line and column.
  let firstY: Int, firstX: Int
  /// The stride-1 convolution, `[N, H', W', K]` to the phase's inputs.
  let geometry: ConvolutionGeometry
  /// The kernel's taps in patch order.
  let taps: [Int]

  static func all(of g: ConvolutionGeometry) -> [StridePhase] {
    (0..<min(g.strideH, g.height)).flatMap { y in
      (0..<min(g.strideW, g.width)).map { StridePhase(g, firstY: y, firstX: $0) }
    }
  }

  private init(_ g: ConvolutionGeometry, firstY: Int, firstX: Int) {
    let vertical = Axis(
      first: firstY, kernel: g.kernelHeight, stride: g.strideH, padding: g.paddingH, dilation: g.dilationH)
    let horizontal = Axis(
      first: firstX, kernel: g.kernelWidth, stride: g.strideW, padding: g.paddingW, dilation: g.dilationW)
    self.firstY = firstY
    self.firstX = firstX
    taps = vertical.taps.flatMap { i in horizontal.taps.map { i * g.kernelWidth + $0 } }
    geometry = ConvolutionGeometry(
      images: g.images, height: g.outHeight, width: g.outWidth, channels: g.outChannels,
      kernelHeight: vertical.taps.count, kernelWidth: horizontal.taps.count,
      paddingH: vertical.padding, paddingW: horizontal.padding, dilationH: vertical.dilation,
      dilationW: horizontal.dilation, groups: g.groups,
      outHeight: pieces(of: g.strideH, in: g.height - firstY),
      outWidth: pieces(of: g.strideW, in: g.width - firstX), outChannels: g.channels)
  }

  // The taps that reach the inputs first, first + stride, ... along one axis, for ascending outputs.
  private struct Axis {
    let taps: [Int]
    let padding: Int
    /// The distance of the outputs that neighboring taps reach.
    let dilation: Int

    init(first: Int, kernel: Int, stride: Int, padding: Int, dilation: Int) {
      let place = first + padding
      taps = (0..<kernel).reversed().filter { (place - $0 * dilation) % stride == 0 }
      let distance = taps.count < 2 ? stride : (taps[0] - taps[1]) * dilation
      self.dilation = distance / stride
      self.padding = ((taps.first ?? 0) * dilation - place) / stride
    }
  }

  /// Returns the phase's lines, over all images, in a range of units.
  func lines(of units: Range<Int>, unitsPerImage: Int) -> Range<Int> {
    func line(_ unit: Int) -> Int {
      unit / unitsPerImage * geometry.outHeight + min(unit % unitsPerImage, geometry.outHeight)
    }
    return line(units.lowerBound)..<line(units.upperBound)
  }
}
