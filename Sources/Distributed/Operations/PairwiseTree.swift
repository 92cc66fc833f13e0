/// Pairwise summation over ranks: `((0, 1), (2, 3)), (4, 5)`.
///
/// The order depends on the number of ranks alone. A run of `2^k` ranks that begins at a multiple of `2^k` is
/// a branch of the tree; branches without a partner are added from the last to the first.
enum PairwiseTree {
  // The number of elements that are summed over all ranks at a time, so that they stay in the cache.
  private static let tile = 1 << 12

  /// Sums vectors of `length` elements into a target, which may be one of them; the vectors are overwritten
  /// by the sums of branches.
  static func sum(
    _ vectors: [UnsafeMutablePointer<Float>], into target: UnsafeMutablePointer<Float>, length: Int
  ) {
    let count = vectors.count
    if count == 1, vectors[0] != target { target.update(from: vectors[0], count: length) }
    for start in stride(from: 0, to: length, by: tile) {
      let size = min(tile, length - start)
      var step = 1
      while step < count {
        for left in stride(from: 0, to: count - step, by: 2 * step) {
          let a = vectors[left] + start
          let isRoot = left == 0 && 2 * step >= count
          add(a, vectors[left + step] + start, to: isRoot ? target + start : a, size)
        }
        step *= 2
      }
    }
  }

  private static func add(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    let (wide, rest) = (count / 16, count % 16)
    let (wideA, wideB, wideSum) = (
      UnsafeRawPointer(a), UnsafeRawPointer(b), UnsafeMutableRawPointer(sum)
    )
    for place in 0..<wide {
      let offset = place * MemoryLayout<SIMD16<Float>>.stride
      let sum =
        wideA.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        + wideB.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
      wideSum.storeBytes(of: sum, toByteOffset: offset, as: SIMD16<Float>.self)
    }
    for place in (count - rest)..<count { sum[place] = a[place] + b[place] }
  }
}
