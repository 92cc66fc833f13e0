/// Adds two vectors, or takes their weighted mean; all threads do.
package final class CombiningKernel: Kernel {
  private static let tile = 1 << 15
  private var a = UnsafeBufferPointer<Float>(start: nil, count: 0)
  private var b = UnsafeBufferPointer<Float>(start: nil, count: 0)
  private var result = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
  private var share: Float?

  package init() {}

  package var phases: [Int] { [pieces(of: CombiningKernel.tile, in: result.count)] }

  /// Sets the vectors of the next run.
  ///
  /// - Parameter share: That of `b` in the mean; nil for the sum.
  package func set(
    _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>,
    _ result: UnsafeMutableBufferPointer<Float>, share: Float?
  ) {
    (self.a, self.b, self.result, self.share) = (a, b, result, share)
  }

  package func run(phase: Int, task: Int, worker: Int) {
    let range = piece(task, of: CombiningKernel.tile, in: result.count)
    if let share {
      // Of equal values it is that value, to the bit.
      for place in range { result[place] = a[place] + (b[place] - a[place]) * share }
    } else {
      for place in range { result[place] = a[place] + b[place] }
    }
  }
}
