/// The layout of a tile's indirection tables at the start of a worker's scratch memory: the patch offset of
/// each output, the offset of each line, and the offset of each result.
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
