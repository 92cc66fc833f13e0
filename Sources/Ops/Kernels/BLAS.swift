import OpenBLAS

/// The numbers that OpenBLAS multiplies matrices of.
protocol BLASReal: Real {
  /// c = a b + beta c, row-major: a is `[m, k]` (or `[k, m]` if transposed), b `[k, n]` (or `[n, k]`).
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int,
    _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int,
    _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int)
}

extension Float: BLASReal {
  @inline(__always)
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int,
    _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int,
    _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
  ) {
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      Int32(m), Int32(n), Int32(k), 1, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }
}

extension Double: BLASReal {
  @inline(__always)
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int,
    _ a: UnsafePointer<Double>, _ lda: Int, _ b: UnsafePointer<Double>, _ ldb: Int,
    _ beta: Double, _ c: UnsafeMutablePointer<Double>, _ ldc: Int
  ) {
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      Int32(m), Int32(n), Int32(k), 1, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }
}

/// The kernels OpenBLAS chose for this processor, such as `Haswell` or `SkylakeX`.
public var blasKernelName: String { String(cString: openblas_get_corename()) }

/// Kernels are written once for both precisions; this picks the one a graph computes in.
func makeKernel(_ element: ElementType, _ float: () -> any Kernel, _ double: () -> any Kernel) -> any Kernel {
  element == .float64 ? double() : float()
}

/// `total` cut in pieces of `size`, the last one shorter: the bounds of piece `index`.
@inline(__always)
func piece(_ index: Int, of size: Int, in total: Int) -> Range<Int> {
  index * size..<min(total, (index + 1) * size)
}

@inline(__always)
func pieces(of size: Int, in total: Int) -> Int { (total + size - 1) / size }
