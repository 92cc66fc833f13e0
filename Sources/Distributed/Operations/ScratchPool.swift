/// Buffers that are reused by the operations of a queue.
final class ScratchPool {
  private var free: [UnsafeMutableBufferPointer<Float>] = []

  deinit { free.forEach { $0.deallocate() } }

  /// Returns a buffer of at least `count` elements.
  func take(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    if let place = free.firstIndex(where: { $0.count >= count }) { return free.remove(at: place) }
    // A buffer that is too small is replaced, so that there are never more than were in use at once.
    free.popLast()?.deallocate()
    return .allocate(capacity: max(count, 1))
  }

  /// Returns a buffer to the pool.
  func give(_ memory: UnsafeMutableBufferPointer<Float>) { free.append(memory) }
}
