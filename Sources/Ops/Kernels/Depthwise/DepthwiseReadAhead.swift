import OpenBLAS

/// The vectors of a block of channels that are read next, a cache line for each pixel: they are far apart, so
/// that the processor does not prefetch them by itself.
struct DepthwiseReadAhead<T> {
  private let pitch: Int
  private var next: UnsafePointer<T>
  private var count: Int
  private let perStep: Int

  /// Creates a queue of contiguous pixels, to prefetch in some steps.
  @inline(__always)
  init(_ first: UnsafePointer<T>, pitch: Int, pixels: Range<Int>, steps: Int) {
    (self.pitch, next, count) = (pitch, first + pixels.lowerBound * pitch, pixels.count)
    perStep = pieces(of: max(1, steps), in: pixels.count)
  }

  /// Prefetches the pixels of a step.
  @inline(__always)
  mutating func step() {
    for _ in 0..<min(perStep, count) {
      loupe_prefetch_far(next)
      next += pitch
    }
    count -= min(perStep, count)
  }
}
