/// Stack memory for one tile of the larger Winograd variant, or for a block of kernels; temporary allocations
/// above a kilobyte would go to the heap.
struct StackScratch {
  private struct Row {
    var a = SIMD16<Float>(), b = SIMD16<Float>(), c = SIMD16<Float>()
    var d = SIMD16<Float>(), e = SIMD16<Float>(), f = SIMD16<Float>()
  }
  private struct Tile {
    var a = Row(), b = Row(), c = Row(), d = Row(), e = Row(), f = Row()
  }
  private var a = Tile(), b = Tile(), c = Tile(), d = Tile(), e = Tile(), f = Tile()
  private var margin = SIMD16<Float>()

  private static var lineBytes: Int { 64 }

  /// Calls `body` with memory for `count` vectors.
  @inline(__always)
  static func with<T: Real>(
    _ count: Int, of type: T.Type, _ body: (UnsafeMutablePointer<Lanes<T>>) -> Void
  ) {
    contract(
      count * MemoryLayout<Lanes<T>>.stride <= MemoryLayout<StackScratch>.size - lineBytes,
      "there is less room")
    var space = StackScratch()
    withUnsafeMutableBytes(of: &space) { bytes in
      guard let base = bytes.baseAddress else { return }
      // Swift aligns vectors to 16 bytes, and accesses that cross a cache line are slow.
      body(base.alignedUp(toMultipleOf: lineBytes).assumingMemoryBound(to: Lanes<T>.self))
    }
  }
}
