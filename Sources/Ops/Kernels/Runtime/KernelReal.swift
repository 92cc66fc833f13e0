import OpenBLAS

/// The vector functions and matrix products that kernels need of a number type.
package protocol KernelReal: VectorMath, PanelElement where Sum == Self {
  /// Whether it is for checks alone, so that kernels need no versions for frequent cases.
  static var isForChecks: Bool { get }

  /// c = a b + beta c, row-major: a is `[m, k]` (or `[k, m]` if transposed), b `[k, n]` (or `[n, k]`).
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int,
    _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int,
    _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int)

  /// The numbers that are stored in bfloat16 as these bits.
  static func widened(_ bits: SIMD16<UInt16>) -> Lanes<Self>
  /// The bits of numbers rounded to bfloat16, to nearest, ties to even.
  static func rounded(_ numbers: Lanes<Self>) -> SIMD16<UInt16>

  /// Computes a block of an elementwise operation.
  static func run(_ formula: any ElementFormula, _ block: ElementBlock<Self>)
  /// Computes some parts of the result of an operation with its own kernel.
  static func run(_ operation: any KernelOperation, _ parts: Range<Int>, _ buffers: KernelBuffers<Self>)
  /// Runs a step of a reduction.
  static func run(_ reduction: any Reduction.Type, _ step: ReductionStep<Self>)
}

extension Float: KernelReal {
  @inline(__always)
  package static var isForChecks: Bool { false }

  @inline(__always)
  package static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int,
    _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int,
    _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
  ) {
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      Int32(m), Int32(n), Int32(k), 1, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }

  @inline(__always)
  package static func widened(_ bits: SIMD16<UInt16>) -> Lanes<Float> { BFloat16Vector.widened(bits) }

  @inline(__always)
  package static func rounded(_ numbers: Lanes<Float>) -> SIMD16<UInt16> { BFloat16Vector.rounded(numbers) }

  package static func run(_ formula: any ElementFormula, _ block: ElementBlock<Float>) { formula.run(block) }

  package static func run(
    _ operation: any KernelOperation, _ parts: Range<Int>, _ buffers: KernelBuffers<Float>
  ) {
    operation.run(parts, buffers)
  }

  package static func run(_ reduction: any Reduction.Type, _ step: ReductionStep<Float>) {
    reduction.run(step)
  }
}

extension Double: KernelReal {
  @inline(__always)
  package static var isForChecks: Bool { true }

  @inline(__always)
  package static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int,
    _ a: UnsafePointer<Double>, _ lda: Int, _ b: UnsafePointer<Double>, _ ldb: Int,
    _ beta: Double, _ c: UnsafeMutablePointer<Double>, _ ldc: Int
  ) {
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      Int32(m), Int32(n), Int32(k), 1, a, Int32(lda), b, Int32(ldb), beta, c, Int32(ldc))
  }

  @inline(__always)
  package static func widened(_ bits: SIMD16<UInt16>) -> Lanes<Double> {
    loupe_doubles_of(BFloat16Vector.widened(bits))
  }

  @inline(__always)
  package static func rounded(_ numbers: Lanes<Double>) -> SIMD16<UInt16> {
    BFloat16Vector.rounded(loupe_floats_of(numbers))
  }

  package static func run(_ formula: any ElementFormula, _ block: ElementBlock<Double>) { formula.run(block) }

  package static func run(
    _ operation: any KernelOperation, _ parts: Range<Int>, _ buffers: KernelBuffers<Double>
  ) {
    operation.run(parts, buffers)
  }

  package static func run(_ reduction: any Reduction.Type, _ step: ReductionStep<Double>) {
    reduction.run(step)
  }
}
