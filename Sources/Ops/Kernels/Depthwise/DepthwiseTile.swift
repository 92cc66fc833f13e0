/// The results of a tile of a depthwise convolution, neighbors in a line, or the gradients with respect to
/// them, for a block of channels: in registers.
struct DepthwiseTile<T: KernelReal> {
  private var a0 = Lanes<T>(), a1 = Lanes<T>(), a2 = Lanes<T>(), a3 = Lanes<T>()
  private var a4 = Lanes<T>(), a5 = Lanes<T>(), a6 = Lanes<T>(), a7 = Lanes<T>()

  /// Creates a tile of zeros.
  @inline(__always)
  init() {}

  /// Creates a tile of `count` vectors `step` elements apart; the others are zeros.
  @inline(__always)
  init(from first: UnsafePointer<T>, step: Int, count: Int, _ access: some VectorAccess) {
    func vector(_ result: Int) -> Lanes<T> {
      result < count ? access.load(first + result * step) : Lanes<T>()
    }
    (a0, a1, a2, a3) = (vector(0), vector(1), vector(2), vector(3))
    if DepthwiseGeometry.tileWidth == 4 { return }
    (a4, a5, a6, a7) = (vector(4), vector(5), vector(6), vector(7))
  }

  /// Adds the products of a tap: the weight times the vectors that the results read.
  ///
  /// - Parameter vector: Returns what a result reads.
  @inline(__always)
  mutating func add(_ weight: Lanes<T>, times vector: (_ result: Int) -> Lanes<T>) {
    a0.addProduct(vector(0), weight)
    a1.addProduct(vector(1), weight)
    a2.addProduct(vector(2), weight)
    a3.addProduct(vector(3), weight)
    if DepthwiseGeometry.tileWidth == 4 { return }
    a4.addProduct(vector(4), weight)
    a5.addProduct(vector(5), weight)
    a6.addProduct(vector(6), weight)
    a7.addProduct(vector(7), weight)
  }

  /// Adds to a sum the products of the tile with the vectors that its results read of a tap.
  ///
  /// - Parameter vector: Returns what a result reads.
  @inline(__always)
  func addProducts(to sum: inout Lanes<T>, with vector: (_ result: Int) -> Lanes<T>) {
    sum.addProduct(vector(0), a0)
    sum.addProduct(vector(1), a1)
    sum.addProduct(vector(2), a2)
    sum.addProduct(vector(3), a3)
    if DepthwiseGeometry.tileWidth == 4 { return }
    sum.addProduct(vector(4), a4)
    sum.addProduct(vector(5), a5)
    sum.addProduct(vector(6), a6)
    sum.addProduct(vector(7), a7)
  }

  /// Stores the first `count` results from `start` on, `step` elements apart.
  @inline(__always)
  func store(to target: TensorWriter<T>, at start: Int, step: Int, count: Int, _ access: some VectorAccess) {
    switch target {
    case .numbers(let elements):
      forEach(count) { result, sum in access.store(sum, elements + (start + result * step)) }
    case .rounded(let writer):
      forEach(count) { result, sum in writer.store(sum, at: start + result * step, access) }
    }
  }

  @inline(__always)
  private func forEach(_ count: Int, _ body: (_ result: Int, _ sum: Lanes<T>) -> Void) {
    func take(_ result: Int, _ sum: Lanes<T>) {
      if result < count { body(result, sum) }
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
