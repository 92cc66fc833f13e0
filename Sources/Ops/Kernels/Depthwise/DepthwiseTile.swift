import OpenBLAS

/// The accumulators of a depthwise convolution: contiguous results in a line or two, for a block of channels,
/// in registers.
struct DepthwiseTile<T: KernelReal> {
  private var first = DepthwiseLine<T>(), second = DepthwiseLine<T>()

  /// Creates a tile of zeros.
  @inline(__always)
  init() {}

  /// Adds the products of a tap: the weight times the vectors that each result reads, `step` apart in a line
  /// and `below` between lines.
  @inline(__always)
  mutating func add(_ x: UnsafePointer<T>, step: Int, below: Int, times weight: Lanes<T>) {
    first.add(x, step: step, times: weight)
    if DepthwiseGeometry.tileLines > 1 { second.add(x + below, step: step, times: weight) }
  }

  /// Prefetches the places of a tile's results from `start` on, to be written: they are far apart, as the
  /// vectors read.
  @inline(__always)
  static func prefetch(_ target: TensorWriter<T>, at start: Int, step: Int, below: Int) {
    for result in 0..<DepthwiseGeometry.tileWidth {
      loupe_prefetch_to_write(target.address(of: start + result * step))
      if DepthwiseGeometry.tileLines > 1 {
        loupe_prefetch_to_write(target.address(of: start + result * step + below))
      }
    }
  }

  /// Stores the first `count` results of each line from `start` on, `step` apart in a line and `below`
  /// between lines.
  @inline(__always)
  func store(
    to target: TensorWriter<T>, at start: Int, step: Int, below: Int, count: Int, _ access: some VectorAccess
  ) {
    switch target {
    case .numbers(let elements):
      forEach(count) { place, line, sum in
        access.store(sum, elements + (start + place * step + line * below))
      }
    case .rounded(let writer):
      forEach(count) { place, line, sum in
        writer.store(sum, at: start + place * step + line * below, access)
      }
    }
  }

  // Calls `body` for the first `count` results of each line.
  @inline(__always)
  private func forEach(_ count: Int, _ body: (_ place: Int, _ line: Int, _ sum: Lanes<T>) -> Void) {
    first.forEach(count) { body($0, 0, $1) }
    if DepthwiseGeometry.tileLines > 1 { second.forEach(count) { body($0, 1, $1) } }
  }
}

/// A line of a `DepthwiseTile`.
private struct DepthwiseLine<T: KernelReal> {
  private var a0 = Lanes<T>(), a1 = Lanes<T>(), a2 = Lanes<T>(), a3 = Lanes<T>()
  private var a4 = Lanes<T>(), a5 = Lanes<T>(), a6 = Lanes<T>(), a7 = Lanes<T>()

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func add(_ x: UnsafePointer<T>, step: Int, times weight: Lanes<T>) {
    a0.addProduct(load(x), weight)
    a1.addProduct(load(x + step), weight)
    a2.addProduct(load(x + 2 * step), weight)
    a3.addProduct(load(x + 3 * step), weight)
    if DepthwiseGeometry.tileWidth == 4 { return }
    a4.addProduct(load(x + 4 * step), weight)
    a5.addProduct(load(x + 5 * step), weight)
    a6.addProduct(load(x + 6 * step), weight)
    a7.addProduct(load(x + 7 * step), weight)
  }

  @inline(__always)
  func forEach(_ count: Int, _ body: (_ place: Int, _ sum: Lanes<T>) -> Void) {
    func take(_ place: Int, _ sum: Lanes<T>) {
      if place < count { body(place, sum) }
    }
    take(0, a0)
    take(1, a1)
    take(2, a2)
    take(3, a3)
    if DepthwiseGeometry.tileWidth == 4 { return }
    take(4, a4)
    take(5, a5)
    take(6, a6)
    take(7, a7)
  }
}
