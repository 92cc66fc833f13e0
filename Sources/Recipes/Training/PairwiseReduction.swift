import Ops

/// The sums, or the means, of what the parts of a batch make of some tensors, taken in pairs:
/// `((0, 1), (2, 3)), (4, 5)`.
///
/// The order depends on the number of parts alone. A run of `2^k` parts that begins at a multiple of `2^k` is
/// a branch of the tree: parts that are divided into such runs, one for each process, are reduced to the same
/// bits by a reduction of each run and one of their results. Parts are added in order; like the digits of a
/// binary counter, there is memory for one branch of each height, and not for each part. Results are in
/// memory of the caller, which is not written before the last part but may hold what that part makes.
final class PairwiseReduction {
  /// The combination of two branches.
  enum Kind { case sum, mean }

  let kind: Kind
  private let parts: Int
  private let results: [UnsafeMutableBufferPointer<Float>]
  // The elements of each tensor within a branch.
  private let ranges: [Range<Int>]
  // The latest branch of each height, without that of all parts.
  private let branches: [UnsafeMutableBufferPointer<Float>]
  private let kernel = CombiningKernel()
  private let workers: Workers

  /// Creates a reduction of tensors.
  ///
  /// - Parameter results: The memory of the result of each tensor.
  init(_ kind: Kind, into results: [UnsafeMutableBufferPointer<Float>], parts: Int, workers: Workers) {
    self.kind = kind
    self.results = results
    self.parts = parts
    self.workers = workers
    var end = 0
    ranges = results.map { result in
      defer { end += result.count }
      return end..<end + result.count
    }
    branches = (0..<PairwiseReduction.branches(of: parts)).map { _ in
      let branch = UnsafeMutableBufferPointer<Float>.allocate(capacity: end)
      branch.initialize(repeating: 0)
      return branch
    }
  }

  deinit { branches.forEach { $0.deallocate() } }

  /// The bytes that a reduction of tensors takes besides its results.
  static func byteCount(of counts: [Int], parts: Int) -> Int {
    branches(of: parts) * counts.reduce(0, +) * MemoryLayout<Float>.stride
  }

  // The heights of branches below the root of the tree.
  private static func branches(of parts: Int) -> Int { Int.bitWidth - (parts - 1).leadingZeroBitCount }

  /// The bytes that it takes.
  var byteCount: Int { branches.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride }

  /// The reduction of a tensor over all parts, once the last of them has been added.
  func result(of tensor: Int) -> UnsafeMutableBufferPointer<Float> { results[tensor] }

  /// Adds what the next part makes of a tensor.
  func add(_ values: UnsafeBufferPointer<Float>, of part: Int, tensor: Int) {
    let height = (~part).trailingZeroBitCount
    if height == 0 { copy(values, to: target(0, tensor)) }
    var carry = values
    for lower in 0..<height {
      let sum = target(lower + 1 == height ? height : lower, tensor)
      combine(branch(lower, tensor), carry, into: sum, share: 0.5)
      carry = UnsafeBufferPointer(sum)
    }
    if part == parts - 1 { close(tensor) }
  }

  // Combines the branches that have no partner, from the last parts to the first.
  private func close(_ tensor: Int) {
    let heights = (0...branches.count).filter { parts & 1 << $0 != 0 }
    var covered = 1 << heights[0]
    for (lower, height) in zip(heights, heights.dropFirst()) {
      let share = Float(covered) / Float(covered + 1 << height)
      let sum = target(height == heights.last ? branches.count : height, tensor)
      combine(branch(height, tensor), branch(lower, tensor), into: sum, share: share)
      covered += 1 << height
    }
  }

  private func branch(_ height: Int, _ tensor: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(target(height, tensor))
  }

  // The memory of a branch; the result's at the greatest height.
  private func target(_ height: Int, _ tensor: Int) -> UnsafeMutableBufferPointer<Float> {
    height == branches.count
      ? results[tensor] : UnsafeMutableBufferPointer(rebasing: branches[height][ranges[tensor]])
  }

  private func copy(_ values: UnsafeBufferPointer<Float>, to target: UnsafeMutableBufferPointer<Float>) {
    if values.baseAddress != UnsafePointer(target.baseAddress) { _ = target.update(fromContentsOf: values) }
  }

  // `share` is that of `b` in the mean.
  private func combine(
    _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>,
    into result: UnsafeMutableBufferPointer<Float>, share: Float
  ) {
    kernel.set(a, b, result, share: kind == .mean ? share : nil)
    workers.run(kernel)
  }
}
