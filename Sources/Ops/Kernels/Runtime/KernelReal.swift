import OpenBLAS

/// The vector instructions and matrix products that kernels need of a number type. Swift compiles vector
/// comparisons well only for concrete element types.
package protocol KernelReal: VectorMath, PanelElement where Sum == Self {
  /// c = a b + beta c, row-major: a is `[m, k]` (or `[k, m]` if transposed), b `[k, n]` (or `[n, k]`).
  static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int,
    _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int,
    _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int)

  /// a < b ? b : a
  static func larger(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self>
  /// mask != 0 ? a : b
  static func choose(_ mask: Lanes<Self>, _ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self>
  /// a > 0 ? b : 0
  static func passPositive(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self>
  /// a < b ? 1 : 0
  static func isLess(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self>
  /// a <= b ? 1 : 0
  static func isLessOrEqual(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self>
  /// a == b ? 1 : 0
  static func isEqual(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self>

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

extension KernelReal {
  /// The lanewise maximum; NaN where either is NaN.
  @inline(__always)
  static func largest(_ a: Lanes<Self>, _ b: Lanes<Self>) -> Lanes<Self> {
    choose(isEqual(b, b), larger(a, b), b)
  }

  /// The maximum; NaN if either is NaN.
  @inline(__always)
  static func largest(_ a: Self, _ b: Self) -> Self { a < b || b != b ? b : a }
}

extension Float: KernelReal {
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
  package static func larger(_ a: Lanes<Float>, _ b: Lanes<Float>) -> Lanes<Float> {
    a.replacing(with: b, where: a .< b)
  }

  @inline(__always)
  package static func choose(_ mask: Lanes<Float>, _ a: Lanes<Float>, _ b: Lanes<Float>) -> Lanes<Float> {
    b.replacing(with: a, where: mask .!= 0)
  }

  @inline(__always)
  package static func passPositive(_ a: Lanes<Float>, _ b: Lanes<Float>) -> Lanes<Float> {
    // Bitwise: the bits of b where the mask has ones. A select would be compiled lane by lane here.
    unsafeBitCast(
      unsafeBitCast(a .> 0, to: SIMD16<Int32>.self) & unsafeBitCast(b, to: SIMD16<Int32>.self),
      to: Lanes<Float>.self)
  }

  @inline(__always)
  package static func isLess(_ a: Lanes<Float>, _ b: Lanes<Float>) -> Lanes<Float> {
    Lanes<Float>(repeating: 0).replacing(with: 1, where: a .< b)
  }

  @inline(__always)
  package static func isLessOrEqual(_ a: Lanes<Float>, _ b: Lanes<Float>) -> Lanes<Float> {
    Lanes<Float>(repeating: 0).replacing(with: 1, where: a .<= b)
  }

  @inline(__always)
  package static func isEqual(_ a: Lanes<Float>, _ b: Lanes<Float>) -> Lanes<Float> {
    Lanes<Float>(repeating: 0).replacing(with: 1, where: a .== b)
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
  package static func larger(_ a: Lanes<Double>, _ b: Lanes<Double>) -> Lanes<Double> {
    a.replacing(with: b, where: a .< b)
  }

  @inline(__always)
  package static func choose(_ mask: Lanes<Double>, _ a: Lanes<Double>, _ b: Lanes<Double>) -> Lanes<Double> {
    b.replacing(with: a, where: mask .!= 0)
  }

  @inline(__always)
  package static func passPositive(_ a: Lanes<Double>, _ b: Lanes<Double>) -> Lanes<Double> {
    Lanes<Double>(repeating: 0).replacing(with: b, where: a .> 0)
  }

  @inline(__always)
  package static func isLess(_ a: Lanes<Double>, _ b: Lanes<Double>) -> Lanes<Double> {
    Lanes<Double>(repeating: 0).replacing(with: 1, where: a .< b)
  }

  @inline(__always)
  package static func isLessOrEqual(_ a: Lanes<Double>, _ b: Lanes<Double>) -> Lanes<Double> {
    Lanes<Double>(repeating: 0).replacing(with: 1, where: a .<= b)
  }

  @inline(__always)
  package static func isEqual(_ a: Lanes<Double>, _ b: Lanes<Double>) -> Lanes<Double> {
    Lanes<Double>(repeating: 0).replacing(with: 1, where: a .== b)
  }

  @inline(__always)
  package static func widened(_ bits: SIMD16<UInt16>) -> Lanes<Double> {
    Lanes<Double>(BFloat16Vector.widened(bits))
  }

  @inline(__always)
  package static func rounded(_ numbers: Lanes<Double>) -> SIMD16<UInt16> {
    BFloat16Vector.rounded(Lanes<Float>(numbers))
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
