/// The gradient of a convolution's kernel: products of gathered patches, transposed, with the upstream rows, added
/// up over tiles. The rows are cut in parts with a sum each, which are added in order at the end.
struct ConvolutionWeightGradientPlan: KernelPlan {
  let geometry: ConvolutionGeometry
  let x: RowOperand
  let upstream: Place
  let result: Place

  var reads: [Place] { x.reads + [upstream] }
  var writes: [Place] { [result] }
  var summary: String { "weight gradient \(geometry.summary)" }

  var tile: String { "\(geometry.patch)x\(tiling.rowsPerTile)" }

  // Few sums where they are large: each is written and read once more.
  var tiling: RowTiling {
    RowTiling(
      rows: geometry.rows, rowsPerTile: geometry.rowsPerTile,
      mostTasks: geometry.weightCount > 262_144 ? 2 : geometry.weightCount > 65_536 ? 4 : 8)
  }

  func partialBytes(_ element: ElementType) -> Int {
    (tiling.tasks - 1) * geometry.weightCount * element.byteCount
  }
  func workerBytes(_ element: ElementType) -> Int {
    (gatheredElements + x.scratchElements(rows: tiling.largest { geometry.inputRows(of: $0).count }))
      * element.byteCount
  }
  // Gathered patches, then the input that is computed for them.
  var gatheredElements: Int { geometry.isPointwise ? 0 : aligned(tiling.rowsPerTile * geometry.patch) }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    makeKernel(element) {
      ConvolutionWeightGradientKernel<Float>(self, memory, partials)
    } _: {
      ConvolutionWeightGradientKernel<Double>(self, memory, partials)
    }
  }
}

final class ConvolutionWeightGradientKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let geometry: ConvolutionGeometry
  private let memory: Memory
  private let tiling: RowTiling
  private let gatheredElements: Int
  private let x: RowSource<T>
  private let upstream: UnsafeMutablePointer<T>
  private let result: UnsafeMutablePointer<T>, partials: UnsafeMutablePointer<T>
  private static var elementsPerSumTask: Int { 65_536 }

  init(_ plan: ConvolutionWeightGradientPlan, _ memory: Memory, _ partials: Place) {
    self.memory = memory
    geometry = plan.geometry
    tiling = plan.tiling
    gatheredElements = plan.gatheredElements
    x = RowSource(plan.x, memory)
    upstream = memory.pointer(plan.upstream)
    (result, self.partials) = (memory.pointer(plan.result), memory.pointer(partials))
    let sums = tiling.tasks > 1 ? pieces(of: Self.elementsPerSumTask, in: geometry.weightCount) : 0
    phases = [tiling.tasks, sums]
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func run(phase: Int, task: Int, worker: Int) {
    let g = geometry
    if phase == 1 {
      let range = piece(task, of: Self.elementsPerSumTask, in: g.weightCount)
      for part in 1..<tiling.tasks {
        let sum = partials + (part - 1) * g.weightCount + range.lowerBound
        map(result + range.lowerBound, result + range.lowerBound, sum, range.count) { $0 + $1 }
      }
      return
    }
    let scratch: UnsafeMutablePointer<T> = memory.scratch(of: worker)
    let sum = task == 0 ? result : partials + (task - 1) * g.weightCount
    var beta: T = 0
    tiling.forEachTile(of: task) { rows in
      let input = x.rows(g.inputRows(of: rows), scratch: scratch + gatheredElements)
      for group in 0..<g.groups {
        T.gemm(
          true, false, g.patch, g.groupOutputs, rows.count,
          g.patches(of: input, rows: rows, group: group, in: scratch), g.patch,
          upstream + rows.lowerBound * g.outChannels + group * g.groupOutputs, g.outChannels, beta,
          sum + group * g.groupOutputs, g.outChannels)
      }
      beta = 1
    }
  }
}
