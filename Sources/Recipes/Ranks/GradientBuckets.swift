/// The memory in which small gradients are summed over ranks together, as each transfer takes time to start;
/// a large one is summed where it is.
final class GradientBuckets {
  private final class Bucket {
    let elements: UnsafeMutableBufferPointer<Float>
    var gradients: [UnsafeMutableBufferPointer<Float>] = []
    var count = 0

    init() {
      elements = .allocate(capacity: GradientBuckets.capacity)
      elements.initialize(repeating: 0)
    }

    deinit { elements.deallocate() }

    var filled: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(rebasing: elements[..<count]) }
  }

  /// The elements of a bucket, a mebibyte.
  private static let capacity = 1 << 18
  /// The bytes of a bucket.
  static let fullBytes = capacity * MemoryLayout<Float>.stride
  /// The elements of the smallest gradient that is summed by itself.
  private static let large = 1 << 16

  // In the order of transfers; each step fills them anew.
  private var buckets: [Bucket] = []
  private var next = 0

  /// Adds a gradient, and returns what can be summed now.
  func add(_ gradient: UnsafeMutableBufferPointer<Float>) -> UnsafeMutableBufferPointer<Float>? {
    if gradient.count >= GradientBuckets.large { return gradient }
    if next == buckets.count { buckets.append(Bucket()) }
    let bucket = buckets[next]
    let place = bucket.elements[bucket.count...]
    _ = UnsafeMutableBufferPointer(rebasing: place).update(fromContentsOf: gradient)
    bucket.gradients.append(gradient)
    bucket.count += gradient.count
    guard bucket.count > GradientBuckets.capacity - GradientBuckets.large else { return nil }
    next += 1
    return bucket.filled
  }

  /// Returns the last bucket, if it has something in it.
  func last() -> UnsafeMutableBufferPointer<Float>? {
    next < buckets.count && buckets[next].count > 0 ? buckets[next].filled : nil
  }

  /// Copies the sums of buckets back to their gradients.
  func empty() {
    for bucket in buckets {
      var place = 0
      for gradient in bucket.gradients {
        _ = gradient.update(fromContentsOf: bucket.elements[place..<place + gradient.count])
        place += gradient.count
      }
      (bucket.gradients, bucket.count) = ([], 0)
    }
    next = 0
  }
}
