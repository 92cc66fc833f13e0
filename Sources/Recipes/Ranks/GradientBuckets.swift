/// Buckets of gradients that are contiguous in memory, each summed by one transfer.
struct GradientBuckets {
  private var waiting: [UnsafeMutableBufferPointer<Float>] = []

  /// The number of elements of a full bucket, a mebibyte, whose transfer takes longer than its start.
  private static let full = 1 << 18
  /// The bytes of a full bucket.
  static let fullBytes = full * MemoryLayout<Float>.stride

  /// Adds a gradient, and returns its bucket if that is full.
  mutating func add(
    _ gradient: UnsafeMutableBufferPointer<Float>
  ) -> UnsafeMutableBufferPointer<Float>? {
    guard var start = gradient.baseAddress else { return nil }
    var count = gradient.count
    waiting.removeAll { other in
      guard let first = other.baseAddress, first + other.count == start || start + count == first else {
        return false
      }
      start = min(start, first)
      count += other.count
      return true
    }
    let bucket = UnsafeMutableBufferPointer(start: start, count: count)
    if count >= GradientBuckets.full { return bucket }
    waiting.append(bucket)
    return nil
  }

  /// Returns the buckets that are not full.
  mutating func takeAll() -> [UnsafeMutableBufferPointer<Float>] {
    defer { waiting = [] }
    return waiting
  }
}
