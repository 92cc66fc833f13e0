/// The layout of a tile's indirection tables at the start of a worker's scratch memory: the patch offset of
/// each output, and that of each result.
struct IndirectionLayout: Sendable {
  let outputs: Int
  var hasTargets = false

  var elements: Int { aligned(outputs) * (hasTargets ? 2 : 1) }

  func outputs<T: Real>(at scratch: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<Int32> { list(scratch) }
  func targets<T: Real>(at scratch: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<Int32> {
    list(scratch + aligned(outputs))
  }

  private func list<T: Real>(_ start: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(start).assumingMemoryBound(to: Int32.self)
  }
}
