/// The gradient of a convolution's kernel: products of gathered patches, transposed, with the upstream rows, added
/// up over tiles. The rows are cut in parts with a sum each, which are added in order at the end.
public struct ConvolutionWeightGradientPlan: KernelPlan {
  let geometry: ConvolutionGeometry
  let x: Place, upstream: Place
  let result: Place

  public init(_ geometry: ConvolutionGeometry, x: Place, upstream: Place, result: Place) {
    self.geometry = geometry
    (self.x, self.upstream, self.result) = (x, upstream, result)
  }

  public var reads: [Place] { [x, upstream] }
  public var writes: [Place] { [result] }
  public var summary: String { "weight gradient \(geometry.summary)" }

  var rowsPerTile: Int { geometry.rowsPerTile(most: 512) }
  // Few sums where they are large: each is written and read once more.
  var tiling: RowTiling {
    RowTiling(
      rows: geometry.rows, rowsPerTile: rowsPerTile, mostTasks: geometry.weightCount > 262_144 ? 2 : 8)
  }
  var patchElements: Int { geometry.isPointwise ? 0 : tiling.rowsPerTile * geometry.patch }

  public func partialBytes(_ element: ElementType) -> Int {
    (tiling.tasks - 1) * geometry.weightCount * element.byteCount
  }
  public func workerBytes(_ element: ElementType) -> Int { (patchElements + 16) * element.byteCount }

  public func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
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
  private let x: UnsafeMutablePointer<T>, upstream: UnsafeMutablePointer<T>
  private let result: UnsafeMutablePointer<T>, partials: UnsafeMutablePointer<T>
  private static var elementsPerSumTask: Int { 65_536 }

  init(_ plan: ConvolutionWeightGradientPlan, _ memory: Memory, _ partials: Place) {
    self.memory = memory
    geometry = plan.geometry
    tiling = plan.tiling
    (x, upstream) = (memory.pointer(plan.x), memory.pointer(plan.upstream))
    (result, self.partials) = (memory.pointer(plan.result), memory.pointer(partials))
    phases =
      tiling.tasks > 1
      ? [tiling.tasks, pieces(of: Self.elementsPerSumTask, in: geometry.weightCount)] : [tiling.tasks]
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
    let patches = memory.scratch(of: worker, as: T.self)
    let sum = task == 0 ? result : partials + (task - 1) * g.weightCount
    var beta: T = 0
    tiling.forEachTile(of: task) { rows in
      for group in 0..<g.groups {
        var a = x + rows.lowerBound * g.channels
        if !g.isPointwise {
          g.gather(x, rows: rows, group: group, into: patches)
          a = patches
        }
        T.gemm(
          true, false, g.patch, g.groupOutputs, rows.count, a, g.patch,
          upstream + rows.lowerBound * g.outChannels + group * g.groupOutputs, g.outChannels, beta,
          sum + group * g.groupOutputs, g.outChannels)
      }
      beta = 1
    }
  }
}
