import OpenBLAS

/// The addresses of the pixels of a square window of an image, with zeros for those outside.
struct WindowPixels {
  private let places: UnsafeMutablePointer<UnsafePointer<Float>>
  private let side: Int
  private let pixels: UnsafePointer<Float>
  private let height: Int, width: Int, depth: Int

  /// The largest number of channels of a pixel.
  static let mostChannels = 16_384
  // Never written after initialization.
  private nonisolated(unsafe) static let zeros: UnsafePointer<Float> = {
    let zeros = UnsafeMutablePointer<Float>.allocate(capacity: mostChannels)
    zeros.initialize(repeating: 0, count: mostChannels)
    return UnsafePointer(zeros)
  }()

  /// Calls `body` with a window of `side` by `side` pixels of `[N, height, width, depth]`.
  @inline(__always)
  static func with(
    side: Int, of pixels: UnsafePointer<Float>, height: Int, width: Int, depth: Int,
    _ body: (WindowPixels) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: side * side) { places in
      guard let base = places.baseAddress else { return }
      base.initialize(repeating: zeros, count: side * side)
      body(
        WindowPixels(places: base, side: side, pixels: pixels, height: height, width: width, depth: depth))
    }
  }

  /// Moves the window's first pixel to a line and column of an image; lines from `bottom` on and columns from
  /// `right` on count as outside.
  @inline(__always)
  func move(toImage image: Int, _ y: Int, _ x: Int, bottom: Int, right: Int) {
    let zeros = WindowPixels.zeros
    for i in 0..<side {
      let isLine = y &+ i >= 0 && y &+ i < bottom
      let first = pixels + ((image &* height &+ y &+ i) &* width &+ x) &* depth
      for j in 0..<side {
        places[i &* side &+ j] = isLine && x &+ j >= 0 && x &+ j < right ? first + j &* depth : zeros
      }
    }
  }

  /// Loads sixteen channels of a pixel, starting at `channel`.
  @inline(__always)
  func load(_ i: Int, _ j: Int, _ channel: Int) -> Lanes<Float> { Ops.load(places[i &* side &+ j] + channel) }

  /// Prefetches the pixel `ahead` pixels further on.
  @inline(__always)
  func fetch(_ i: Int, _ j: Int, _ channel: Int, ahead: Int) {
    loupe_prefetch(places[i &* side &+ j] + (ahead &* depth &+ channel))
  }
}
