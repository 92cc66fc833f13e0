import OpenBLAS

/// The pixels that the line of results below a tile reads first, which are prefetched, a block of channels at
/// a time, while the tile is computed: a tile reads several lines of few pixels, so that the processor does
/// not prefetch them by itself.
struct DepthwiseReadAhead {
  private let width: DepthwiseGeometry.Axis
  // The first of the lines, and the bytes from a channel, a pixel and a line to the next.
  private let start: UnsafeRawPointer
  private let channelPitch: Int, pixelPitch: Int, linePitch: Int
  private let lines: Int
  // The pixels under the tile.
  private var first: UnsafeRawPointer, pixels = 0

  /// The source pixels that are new to the line of results after `line`, counted over all images.
  @inline(__always)
  init<T>(_ source: TensorReader<T>, _ g: DepthwiseGeometry, below line: Int) {
    // The source line, of all images, that follows those that a line of results reads.
    func end(_ line: Int) -> Int {
      line / g.height.target * g.height.source + g.height.pixels(of: line % g.height.target).upperBound
    }
    let rows = end(line)..<max(end(line), end(min(line + 1, g.lines - 1)))
    width = g.width
    channelPitch = source.address(of: 1) - source.address(of: 0)
    pixelPitch = g.channels * channelPitch
    linePitch = g.width.source * pixelPitch
    start = source.address(of: 0) + rows.lowerBound * linePitch
    first = start
    lines = rows.count
  }

  /// Moves to the pixels under a tile.
  @inline(__always)
  mutating func move(to columns: Range<Int>) {
    let places = width.pixels(
      at: columns.lowerBound * width.stride + width.padding..<columns.upperBound * width.stride
        + width.padding)
    first = start + places.lowerBound * pixelPitch
    pixels = places.count
  }

  /// Prefetches the vectors of channels from one on.
  @inline(__always)
  func fetch(from channel: Int) {
    var line = first + channel &* channelPitch
    for _ in 0..<lines {
      var pixel = line
      for _ in 0..<pixels {
        loupe_prefetch(pixel)
        pixel += pixelPitch
      }
      line += linePitch
    }
  }
}
