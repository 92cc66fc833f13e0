/// A convolution as matrix products over tiles of gathered patches, with an optional epilogue.
public struct ConvolutionForwardPlan: KernelPlan {
  let geometry: ConvolutionGeometry
  let x: Place, w: Place
  let result: Place?
  let epilogue: EpiloguePlan?

  public init(_ geometry: ConvolutionGeometry, x: Place, w: Place, result: Place?, epilogue: EpiloguePlan?) {
    self.geometry = geometry
    (self.x, self.w, self.result, self.epilogue) = (x, w, result, epilogue)
  }

  public var reads: [Place] { [x, w] + (epilogue?.reads ?? []) }
  public var writes: [Place] { [result].compactMap { $0 } + (epilogue?.writes ?? []) }
  public var summary: String { "convolution \(geometry.summary)\(epilogue == nil ? "" : " + epilogue")" }

  var tiling: RowTiling { RowTiling(rows: geometry.rows, rowsPerTile: geometry.rowsPerTile(most: 512)) }

  // A tile of patches, then the product if nobody reads it later, then the epilogue's values.
  var patchElements: Int { geometry.isPointwise ? 0 : tiling.rowsPerTile * geometry.patch }
  var productElements: Int { result == nil ? tiling.rowsPerTile * geometry.outChannels : 0 }

  public func partialBytes(_ element: ElementType) -> Int {
    (epilogue?.partialElements(tasks: tiling.tasks) ?? 0) * element.byteCount
  }
  public func workerBytes(_ element: ElementType) -> Int {
    (patchElements + productElements + (epilogue?.loop.workerElements ?? 0) + 64) * element.byteCount
  }

  public func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    makeKernel(element) {
      ConvolutionForwardKernel<Float>(self, memory, partials)
    } _: {
      ConvolutionForwardKernel<Double>(self, memory, partials)
    }
  }
}

final class ConvolutionForwardKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let plan: ConvolutionForwardPlan
  private let geometry: ConvolutionGeometry
  private let memory: Memory
  private let tiling: RowTiling
  private let sink: ProductSink<T>
  private let x: UnsafeMutablePointer<T>, w: UnsafeMutablePointer<T>

  init(_ plan: ConvolutionForwardPlan, _ memory: Memory, _ partials: Place) {
    self.plan = plan
    self.memory = memory
    geometry = plan.geometry
    tiling = plan.tiling
    (x, w) = (memory.pointer(plan.x), memory.pointer(plan.w))
    sink = ProductSink(
      columns: plan.geometry.outChannels, result: plan.result, epilogue: plan.epilogue, memory: memory,
      partials: partials)
    phases = (plan.epilogue?.loop.partialWidth ?? 0) > 0 ? [tiling.tasks, 1] : [tiling.tasks]
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func run(phase: Int, task: Int, worker: Int) {
    if phase == 1 {
      sink.combine(parts: tiling.tasks) { piece($0, of: tiling.rowsPerTask, in: tiling.rows).count }
      return
    }
    let g = geometry
    let patches = memory.scratch(of: worker, as: T.self)
    let product = patches + (plan.patchElements + 15) & ~15
    let scratch = product + (plan.productElements + 15) & ~15
    var isFirst = true
    tiling.forEachTile(of: task) { rows in
      let destination = sink.destination(rows: rows, scratch: product)
      for group in 0..<g.groups {
        var a = x + rows.lowerBound * g.channels
        if !g.isPointwise {
          g.gather(x, rows: rows, group: group, into: patches)
          a = patches
        }
        T.gemm(
          false, false, rows.count, g.groupOutputs, g.patch, a, g.patch, w + group * g.groupOutputs,
          g.outChannels, 0, destination + group * g.groupOutputs, g.outChannels)
      }
      sink.finish(rows: rows, at: destination, part: task, isFirst: isFirst, scratch: scratch)
      isFirst = false
    }
  }
}
