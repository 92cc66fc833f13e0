/// The windows of a pool on images `[N, H, W, C]`: which pixels each covers.
struct PoolWindows: Sendable {
  let images: Shape
  // A shape is looked up in another module: too slow for inner loops.
  private let height: Int, width: Int
  let channels: Int
  /// The number of lines of windows in an image, and of windows in a line.
  let rows: Int, columns: Int
  private let window: Window

  init(_ window: Window, on images: Shape) {
    self.window = window
    self.images = images
    (height, width, channels) = (images[1], images[2], images[3])
    rows = window.height.outputExtent(height)
    columns = window.width.outputExtent(width)
  }

  /// The pixels that a window covers, those outside the image included.
  var area: Int { window.area }
  /// The pixels of an image.
  var pixelsPerImage: Int { height * width }
  /// The elements of an image, and of the windows on it.
  var imageElements: Int { pixelsPerImage * channels }
  var windowElements: Int { rows * columns * channels }

  /// Lines of windows whose pixels fit in the L2 cache.
  var linesPerBand: Int { max(1, 65_536 / max(1, window.height.stride * width * channels)) }

  /// The pixels that the windows of a band cover at most.
  var pixelsPerBand: Int {
    min(height, (linesPerBand - 1) * window.height.stride + window.height.kernel) * width
  }

  /// The pixels, in one piece, that some lines of windows on an image cover.
  func pixels(of lines: Range<Int>, in image: Int) -> Range<Int> {
    let vertical = window.height
    let first = max(0, lines.lowerBound * vertical.stride - vertical.padding)
    let last = (lines.upperBound - 1) * vertical.stride - vertical.padding + vertical.kernel
    let line = image * height
    return (line + first) * width..<(line + max(first, min(last, height))) * width
  }

  /// Calls `body` with the lines of windows of each band.
  @inline(__always)
  func forEachBand(_ body: (_ lines: Range<Int>) -> Void) {
    for first in stride(from: 0, to: rows, by: linesPerBand) {
      body(first..<min(first + linesPerBand, rows))
    }
  }

  /// Calls `body` with where each pixel that a window covers begins in its image.
  @inline(__always)
  func forEachTap(_ y: Int, _ x: Int, _ body: (_ pixel: Int) -> Void) {
    let (vertical, horizontal) = (window.height, window.width)
    for dy in vertical.taps(at: y, extent: height) {
      let row = y * vertical.stride - vertical.padding + dy
      for dx in horizontal.taps(at: x, extent: width) {
        body((row * width + x * horizontal.stride - horizontal.padding + dx) * channels)
      }
    }
  }
}
