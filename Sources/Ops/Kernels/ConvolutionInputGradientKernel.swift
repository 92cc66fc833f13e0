/// The gradient of a convolution's input: products of the upstream rows with the transposed kernel, added to the
/// patches they belong to, a few images at a time; with an optional epilogue over the input's rows.
public struct ConvolutionInputGradientPlan: KernelPlan {
  let geometry: ConvolutionGeometry
  let upstream: Place, w: Place
  let result: Place?
  let epilogue: EpiloguePlan?

  public init(
    _ geometry: ConvolutionGeometry, upstream: Place, w: Place, result: Place?, epilogue: EpiloguePlan?
  ) {
    self.geometry = geometry
    (self.upstream, self.w, self.result, self.epilogue) = (upstream, w, result, epilogue)
  }

  public var reads: [Place] { [upstream, w] + (epilogue?.reads ?? []) }
  public var writes: [Place] { [result].compactMap { $0 } + (epilogue?.writes ?? []) }
  public var summary: String { "input gradient \(geometry.summary)\(epilogue == nil ? "" : " + epilogue")" }

  // Tiles are whole images, as patches of one image overlap; a pointwise kernel has no overlaps.
  var tiling: RowTiling {
    if geometry.isPointwise {
      return RowTiling(rows: geometry.rows, rowsPerTile: geometry.rowsPerTile(most: 512))
    }
    let images = max(1, min(rowsPerProduct / max(1, geometry.rowsPerImage), geometry.images / 2))
    return RowTiling(rows: geometry.images, rowsPerTile: images)
  }
  var rowsPerProduct: Int { geometry.rowsPerTile(most: 512) }
  var inputRowsPerUnit: Int { geometry.isPointwise ? 1 : geometry.height * geometry.width }
  var patchElements: Int {
    geometry.isPointwise
      ? 0 : min(rowsPerProduct, tiling.rowsPerTile * geometry.rowsPerImage) * geometry.patch
  }
  var productElements: Int {
    result == nil ? tiling.rowsPerTile * inputRowsPerUnit * geometry.channels : 0
  }

  public func partialBytes(_ element: ElementType) -> Int {
    (epilogue?.partialElements(tasks: tiling.tasks) ?? 0) * element.byteCount
  }
  public func workerBytes(_ element: ElementType) -> Int {
    (patchElements + productElements + (epilogue?.loop.workerElements ?? 0) + 64) * element.byteCount
  }

  public func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    makeKernel(element) {
      ConvolutionInputGradientKernel<Float>(self, memory, partials)
    } _: {
      ConvolutionInputGradientKernel<Double>(self, memory, partials)
    }
  }
}

final class ConvolutionInputGradientKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let plan: ConvolutionInputGradientPlan
  private let geometry: ConvolutionGeometry
  private let memory: Memory
  private let tiling: RowTiling
  private let rowsPerProduct: Int
  private let sink: ProductSink<T>
  private let upstream: UnsafeMutablePointer<T>, w: UnsafeMutablePointer<T>

  init(_ plan: ConvolutionInputGradientPlan, _ memory: Memory, _ partials: Place) {
    self.plan = plan
    self.memory = memory
    geometry = plan.geometry
    tiling = plan.tiling
    rowsPerProduct = plan.rowsPerProduct
    (upstream, w) = (memory.pointer(plan.upstream), memory.pointer(plan.w))
    sink = ProductSink(
      columns: plan.geometry.channels, result: plan.result, epilogue: plan.epilogue, memory: memory,
      partials: partials)
    phases = (plan.epilogue?.loop.partialWidth ?? 0) > 0 ? [tiling.tasks, 1] : [tiling.tasks]
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func run(phase: Int, task: Int, worker: Int) {
    let unit = plan.inputRowsPerUnit
    if phase == 1 {
      sink.combine(parts: tiling.tasks) { piece($0, of: tiling.rowsPerTask, in: tiling.rows).count * unit }
      return
    }
    let g = geometry
    let patches = memory.scratch(of: worker, as: T.self)
    let product = patches + (plan.patchElements + 15) & ~15
    let scratch = product + (plan.productElements + 15) & ~15
    var isFirst = true
    tiling.forEachTile(of: task) { units in
      let rows = units.lowerBound * unit..<units.upperBound * unit
      let destination = sink.destination(rows: rows, scratch: product)
      if g.isPointwise {
        T.gemm(
          false, true, rows.count, g.channels, g.outChannels, upstream + rows.lowerBound * g.outChannels,
          g.outChannels, w, g.outChannels, 0, destination, g.channels)
      } else {
        destination.update(repeating: 0, count: rows.count * g.channels)
        addImages(units, patches: patches, to: destination - rows.lowerBound * g.channels)
      }
      sink.finish(rows: rows, at: destination, part: task, isFirst: isFirst, scratch: scratch)
      isFirst = false
    }
  }

  @inline(__always)
  private func addImages(
    _ images: Range<Int>, patches: UnsafeMutablePointer<T>, to input: UnsafeMutablePointer<T>
  ) {
    let g = geometry
    let end = images.upperBound * g.rowsPerImage
    var row = images.lowerBound * g.rowsPerImage
    while row < end {
      let rows = row..<min(row + rowsPerProduct, end)
      for group in 0..<g.groups {
        T.gemm(
          false, true, rows.count, g.patch, g.groupOutputs,
          upstream + row * g.outChannels + group * g.groupOutputs, g.outChannels,
          w + group * g.groupOutputs, g.outChannels, 0, patches, g.patch)
        g.scatter(patches, rows: rows, group: group, into: input)
      }
      row = rows.upperBound
    }
  }
}
