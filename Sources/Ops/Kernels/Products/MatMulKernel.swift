/// A matrix product, or a batch of them, with an optional epilogue.
struct MatMulPlan: ContractionPlan {
  let batch: Int, m: Int, n: Int, k: Int
  let transposeA: Bool, transposeB: Bool
  let a: BufferSlice, b: BufferSlice
  let result: BufferSlice?
  let epilogue: EpiloguePlan?

  var operands: [BufferSlice] { [a, b] }
  var columns: Int { n }
  var summary: String {
    "matmul \(batch > 1 ? "\(batch)x" : "")\(m)x\(n)x\(k)\(epilogue == nil ? "" : " + epilogue")"
  }

  // A single product is divided by rows, so that a tile of a and of the result fits in the L2 cache; a batch
  // is divided by matrices.
  var tiling: RowTiling {
    batch > 1
      ? RowTiling(rows: batch, rowsPerTile: 1)
      : RowTiling(rows: m, rowsPerTile: max(32, min(m / 2, 131_072 / max(1, k + n))), mostTasks: 32)
  }
  func rows(of units: Range<Int>) -> Range<Int> {
    batch > 1 ? units.lowerBound * m..<units.upperBound * m : units
  }
  var scratchElements: Int { 0 }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { bound(to: memory) }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { bound(to: memory) }

  private func bound<T: KernelReal>(to memory: CallMemory<T>) -> any Kernel {
    ContractionKernel(self, memory) { _ in MatMulTiles(self, memory).producer }.kernel
  }
}

final class MatMulTiles<T: KernelReal> {
  private let plan: MatMulPlan
  private let a: UnsafePointer<T>, b: UnsafePointer<T>

  init(_ plan: MatMulPlan, _ memory: CallMemory<T>) {
    self.plan = plan
    (a, b) = (OperandReader(plan.a, memory).elements, OperandReader(plan.b, memory).elements)
  }

  /// Its functions, for the kernel.
  var producer: TileProducer<T> {
    TileProducer(make: make)
  }

  private func make(
    _ units: Range<Int>, at tile: UnsafeMutablePointer<T>, scratch: UnsafeMutablePointer<T>,
    fetching ahead: inout Prefetcher
  ) {
    if plan.batch == 1 { return multiply(units, a, b, tile) }
    for unit in units {
      multiply(
        0..<plan.m, a + unit * plan.m * plan.k, b + unit * plan.k * plan.n,
        tile + (unit - units.lowerBound) * plan.m * plan.n)
    }
  }

  private func multiply(
    _ rows: Range<Int>, _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ tile: UnsafeMutablePointer<T>
  ) {
    let (m, n, k) = (plan.m, plan.n, plan.k)
    T.gemm(
      plan.transposeA, plan.transposeB, rows.count, n, k,
      a + (plan.transposeA ? rows.lowerBound : rows.lowerBound * k), plan.transposeA ? m : k,
      b, plan.transposeB ? k : n, 0, tile, n)
  }
}
