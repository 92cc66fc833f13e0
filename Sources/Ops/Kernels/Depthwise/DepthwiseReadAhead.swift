import OpenBLAS

/// The vectors of a block of channels that are read next, a cache line for each pixel: they are far apart, so
/// that the processor does not prefetch them by itself.
struct DepthwiseReadAhead {
  // The bytes from a pixel to the next one.
  private let pitch: Int
  private var next: UnsafeRawPointer
  private var count: Int
  private let perStep: Int

  /// Creates a queue of contiguous pixels, `pitch` elements apart from the one at `first` on, to prefetch in
  /// some steps.
  @inline(__always)
  init<T>(_ tensor: TensorReader<T>, from first: Int, pitch: Int, pixels: Range<Int>, steps: Int) {
    next = tensor.address(of: first + pixels.lowerBound * pitch)
    self.pitch = tensor.address(of: pitch) - tensor.address(of: 0)
    count = pixels.count
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
