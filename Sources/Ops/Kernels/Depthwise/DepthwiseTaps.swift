/// The accumulators of a depthwise convolution's weight gradient: up to nine taps of a block of channels, in
/// registers.
struct DepthwiseTaps<T: KernelReal> {
  private var a0 = Lanes<T>(), a1 = Lanes<T>(), a2 = Lanes<T>(), a3 = Lanes<T>(), a4 = Lanes<T>()
  private var a5 = Lanes<T>(), a6 = Lanes<T>(), a7 = Lanes<T>(), a8 = Lanes<T>()
  private let p0, p1, p2, p3, p4, p5, p6, p7, p8: UnsafePointer<T>
  private let count: Int

  static var most: Int { 9 }

  /// Creates sums of zero for some taps; the first one stands in for missing ones.
  @inline(__always)
  init(_ taps: Range<Int>, of slab: UnsafePointer<T>, _ g: DepthwiseGeometry) {
    func place(_ index: Int) -> UnsafePointer<T> {
      slab + g.offset(of: index < taps.count ? taps.lowerBound + index : taps.lowerBound)
    }
    (p0, p1, p2, p3, p4) = (place(0), place(1), place(2), place(3), place(4))
    (p5, p6, p7, p8) = (place(5), place(6), place(7), place(8))
    count = taps.count
  }

  /// Adds the products of a line of results, `step` apart in the slab from element `index` on, with their
  /// upstream gradients.
  @inline(__always)
  mutating func add(
    from index: Int, step: Int, upstream: UnsafePointer<T>, pitch: Int, count results: Int,
    _ access: some VectorAccess
  ) {
    switch count {
    case 9: add(index, step, upstream, pitch, results, access, taps: 9)
    case 8: add(index, step, upstream, pitch, results, access, taps: 8)
    default: add(index, step, upstream, pitch, results, access, taps: 7)
    }
  }

  // The number of taps is a compile-time constant in each case.
  @inline(__always)
  private mutating func add(
    _ first: Int, _ step: Int, _ upstream: UnsafePointer<T>, _ pitch: Int, _ results: Int,
    _ access: some VectorAccess, taps: Int
  ) {
    var (index, source) = (first, upstream)
    for _ in 0..<results {
      let gradient: Lanes<T> = access.load(source)
      a0.addProduct(load(p0 + index), gradient)
      a1.addProduct(load(p1 + index), gradient)
      a2.addProduct(load(p2 + index), gradient)
      a3.addProduct(load(p3 + index), gradient)
      a4.addProduct(load(p4 + index), gradient)
      a5.addProduct(load(p5 + index), gradient)
      a6.addProduct(load(p6 + index), gradient)
      if taps > 7 { a7.addProduct(load(p7 + index), gradient) }
      if taps > 8 { a8.addProduct(load(p8 + index), gradient) }
      index &+= step
      source += pitch
    }
  }

  /// Adds the sums to those in memory, a vector for each tap.
  @inline(__always)
  func add(to sums: UnsafeMutablePointer<T>) {
    func add(_ index: Int, _ sum: Lanes<T>) {
      if index < count { store(load(sums + index * 16) + sum, sums + index * 16) }
    }
    add(0, a0)
    add(1, a1)
    add(2, a2)
    add(3, a3)
    add(4, a4)
    add(5, a5)
    add(6, a6)
    add(7, a7)
    add(8, a8)
  }
}
