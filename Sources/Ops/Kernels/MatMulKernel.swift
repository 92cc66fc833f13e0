/// A matrix product, or a stack of them, with an optional epilogue.
public struct MatMulPlan: KernelPlan {
  let batch: Int, m: Int, n: Int, k: Int
  let transposeA: Bool, transposeB: Bool
  let a: Place, b: Place
  let result: Place?
  let epilogue: EpiloguePlan?

  /// c = a b for `batch` products of `[m, k]` by `[k, n]`; an epilogue needs `batch` to be 1.
  public init(
    batch: Int, m: Int, n: Int, k: Int, transposeA: Bool, transposeB: Bool, a: Place, b: Place,
    result: Place?, epilogue: EpiloguePlan?
  ) {
    precondition(batch == 1 || (epilogue == nil && result != nil), "only a single product has an epilogue")
    (self.batch, self.m, self.n, self.k) = (batch, m, n, k)
    (self.transposeA, self.transposeB) = (transposeA, transposeB)
    (self.a, self.b, self.result, self.epilogue) = (a, b, result, epilogue)
  }

  public var reads: [Place] { [a, b] + (epilogue?.reads ?? []) }
  public var writes: [Place] { [result].compactMap { $0 } + (epilogue?.writes ?? []) }
  public var summary: String {
    "matmul \(batch > 1 ? "\(batch)x" : "")\(m)x\(n)x\(k)\(epilogue == nil ? "" : " + epilogue")"
  }

  var tiling: RowTiling {
    // A tile's rows of a and of the result together stay in the second-level cache.
    RowTiling(rows: m, rowsPerTile: max(32, min(m / 2, 131_072 / max(1, k + n))), mostTasks: 32)
  }

  public func partialBytes(_ element: ElementType) -> Int {
    (epilogue?.partialElements(tasks: tiling.tasks) ?? 0) * element.byteCount
  }
  public func workerBytes(_ element: ElementType) -> Int {
    ((epilogue?.loop.workerElements ?? 0) + (result == nil ? tiling.rowsPerTile * n : 0) + 16)
      * element.byteCount
  }

  public func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    makeKernel(element) {
      MatMulKernel<Float>(self, memory, partials)
    } _: {
      MatMulKernel<Double>(self, memory, partials)
    }
  }
}

final class MatMulKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let plan: MatMulPlan
  private let memory: Memory
  private let tiling: RowTiling
  private let sink: ProductSink<T>
  private let a: UnsafeMutablePointer<T>, b: UnsafeMutablePointer<T>

  init(_ plan: MatMulPlan, _ memory: Memory, _ partials: Place) {
    self.plan = plan
    self.memory = memory
    tiling = plan.tiling
    (a, b) = (memory.pointer(plan.a), memory.pointer(plan.b))
    sink = ProductSink(
      columns: plan.n, result: plan.result, epilogue: plan.epilogue, memory: memory, partials: partials)
    let work = plan.batch * tiling.tasks
    phases = (plan.epilogue?.loop.partialWidth ?? 0) > 0 ? [work, 1] : [work]
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func run(phase: Int, task: Int, worker: Int) {
    let (m, n, k) = (plan.m, plan.n, plan.k)
    if phase == 1 {
      sink.combine(parts: tiling.tasks) { piece($0, of: tiling.rowsPerTask, in: m).count }
      return
    }
    let (batch, part) = (task / tiling.tasks, task % tiling.tasks)
    let (a, b) = (self.a + batch * m * k, self.b + batch * k * n)
    let tileSpace = memory.scratch(of: worker, as: T.self)
    let scratch = tileSpace + (plan.result == nil ? tiling.rowsPerTile * n : 0)
    var isFirst = true
    tiling.forEachTile(of: part) { rows in
      let destination = sink.destination(rows: rows, scratch: tileSpace) + batch * m * n
      T.gemm(
        plan.transposeA, plan.transposeB, rows.count, n, k,
        a + (plan.transposeA ? rows.lowerBound : rows.lowerBound * k), plan.transposeA ? m : k,
        b, plan.transposeB ? k : n, 0, destination, n)
      sink.finish(rows: rows, at: destination, part: part, isFirst: isFirst, scratch: scratch)
      isFirst = false
    }
  }
}
