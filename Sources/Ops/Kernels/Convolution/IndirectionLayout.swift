/// Room at the start of a worker's memory for what a tile of a convolution's products needs to know: where
/// each output begins to see, where each of their lines does, and where each result goes.
struct IndirectionLayout: Sendable {
  let outputs: Int, lines: Int
  let hasTargets: Bool

  init(outputs: Int, lines: Int, hasTargets: Bool = false) {
    (self.outputs, self.lines, self.hasTargets) = (outputs, lines, hasTargets)
  }

  var elements: Int { aligned(outputs) * (hasTargets ? 2 : 1) + aligned(lines) }

  func outputs<T: Real>(at scratch: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<Int32> { list(scratch) }
  func lines<T: Real>(at scratch: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<Int32> {
    list(scratch + aligned(outputs))
  }
  func targets<T: Real>(at scratch: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<Int32> {
    list(scratch + aligned(outputs) + aligned(lines))
  }

  private func list<T: Real>(_ start: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(start).assumingMemoryBound(to: Int32.self)
  }
}
