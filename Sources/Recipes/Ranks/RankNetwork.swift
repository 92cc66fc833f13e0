import Distributed

extension Ranks {
  /// Measures how fast ranks on several machines exchange gradients, by sums of a few mebibytes; all ranks
  /// come to this at the same time.
  func measureNetwork() {
    guard Set(communicator.hosts).count > 1 else { return }
    let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: 1 << 20)
    defer { values.deallocate() }
    values.initialize(repeating: 0)
    // The first sum opens connections.
    wait(for: communicator.orderedSum(values))
    let begin = ContinuousClock.now
    wait(for: communicator.orderedSum(values))
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    let bytes = 2 * Double(values.count * MemoryLayout<Float>.stride) * Double(count - 1) / Double(count)
    bitsPerSecond = 8 * bytes / max(seconds, 1e-6)
  }
}
