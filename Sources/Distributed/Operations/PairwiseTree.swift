/// Pairwise summation over ranks: `((0, 1), (2, 3)), (4, 5)`.
///
/// The order depends on the number of ranks alone. A run of `2^k` ranks that begins at a multiple of `2^k` is
/// a branch of the tree; branches without a partner are added from the last to the first.
enum PairwiseTree {
  // The number of elements that are summed over all ranks at a time, so that they stay in the cache.
  private static let tile = 1 << 12

  /// Sums `count` contiguous vectors of `length` elements into the first one.
  static func sum(_ vectors: UnsafeMutablePointer<Float>, count: Int, length: Int) {
    for start in stride(from: 0, to: length, by: tile) {
      let size = min(tile, length - start)
      var step = 1
      while step < count {
        for left in stride(from: 0, to: count - step, by: 2 * step) {
          add(vectors + (left + step) * length + start, to: vectors + left * length + start, size)
        }
        step *= 2
      }
    }
  }

  private static func add(_ b: UnsafePointer<Float>, to a: UnsafeMutablePointer<Float>, _ count: Int) {
    let (wide, rest) = (count / 16, count % 16)
    let (wideA, wideB) = (UnsafeMutableRawPointer(a), UnsafeRawPointer(b))
    for place in 0..<wide {
      let offset = place * MemoryLayout<SIMD16<Float>>.stride
      let sum =
        wideA.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        + wideB.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
      wideA.storeBytes(of: sum, toByteOffset: offset, as: SIMD16<Float>.self)
    }
    for place in (count - rest)..<count { a[place] += b[place] }
  }
}
