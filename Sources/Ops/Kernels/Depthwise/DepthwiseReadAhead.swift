import OpenBLAS

/// The pixels that the line of results below a line reads first, which are prefetched, a block of channels at
/// a time, while that line is computed: a tile reads several lines of few pixels, so that the processor does
/// not prefetch them by itself.
struct DepthwiseReadAhead {
  // The first of the lines, and the bytes from a channel, a pixel and a line to the next.
  private let start: UnsafeRawPointer
  private let channelPitch: Int, pixelPitch: Int, linePitch: Int
  private let lines: Int, pixels: Int
  private let pixelsPerTile: Int

  /// The source pixels that are new to the line of results after `line`, counted over all images.
  @inline(__always)
  init<T>(_ source: TensorReader<T>, _ g: DepthwiseGeometry, below line: Int) {
    // The source line, of all images, that follows those that a line of results reads.
    func end(_ line: Int) -> Int {
      line / g.height.target * g.height.source + g.height.pixels(of: line % g.height.target).upperBound
    }
    let rows = end(line)..<max(end(line), end(min(line + 1, g.lines - 1)))
    channelPitch = source.address(of: 1) - source.address(of: 0)
    pixelPitch = g.channels * channelPitch
    linePitch = g.width.source * pixelPitch
    start = source.address(of: 0) + rows.lowerBound * linePitch
    lines = rows.count
    pixels = g.width.source
    pixelsPerTile = pieces(of: g.tiles, in: g.width.source)
  }

  /// Prefetches the vectors of channels from one on, of a tile's share of the pixels.
  @inline(__always)
  func fetch(_ tile: Int, from channel: Int) {
    let pixels = piece(tile, of: pixelsPerTile, in: pixels)
    var line = start + (pixels.lowerBound &* pixelPitch &+ channel &* channelPitch)
    for _ in 0..<lines {
      var pixel = line
      for _ in pixels {
        loupe_prefetch(pixel)
        pixel += pixelPitch
      }
      line += linePitch
    }
  }
}
