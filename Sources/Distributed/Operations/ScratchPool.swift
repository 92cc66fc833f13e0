/// Memory that is used again by one operation after another.
final class ScratchPool {
  private var free: [UnsafeMutableBufferPointer<Float>] = []

  deinit { free.forEach { $0.deallocate() } }

  /// Memory for at least so many numbers.
  func take(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    if let place = free.firstIndex(where: { $0.count >= count }) { return free.remove(at: place) }
    // One that is too small is replaced, so that there are never more than are used at a time.
    free.popLast()?.deallocate()
    return .allocate(capacity: max(count, 1))
  }

  /// Takes memory back.
  func give(_ memory: UnsafeMutableBufferPointer<Float>) { free.append(memory) }
}
