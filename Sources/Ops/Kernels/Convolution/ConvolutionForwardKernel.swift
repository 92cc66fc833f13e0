/// A convolution as matrix products of patches, multiplied where they lie, with an optional epilogue.
struct ConvolutionForwardPlan: ProductPlan {
  let geometry: ConvolutionGeometry
  let x: RowOperand
  let w: Place
  let result: Place?
  let epilogue: EpiloguePlan?
  let element: ElementType

  var operands: [Place] { x.reads + [w] }
  var columns: Int { geometry.outChannels }
  var summary: String { "convolution \(geometry.summary)\(epilogue == nil ? "" : " + epilogue")" }
  var lines: PatchLines { PatchLines(geometry) }
  var tiling: RowTiling { geometry.lineTiling }
  func rows(of lines: Range<Int>) -> Range<Int> {
    lines.lowerBound * geometry.outWidth..<lines.upperBound * geometry.outWidth
  }
  /// The kernel of a group.
  var kernel: Panels { Panels(rows: geometry.patch, columns: geometry.groupOutputs, element: element) }
  var preparedElements: Int { kernel.elements * geometry.groups }
  var lists: PatchLists {
    PatchLists(outputs: tiling.rowsPerTile * geometry.outWidth, lines: tiling.rowsPerTile)
  }
  var scratchElements: Int { lists.elements + lines.scratchElements(tiling, x) }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    makeKernel(element) {
      ProductKernel<Float>(self, memory, partials) { ConvolutionForwardTiles(self, memory, $0) }
    } _: {
      ProductKernel<Double>(self, memory, partials) { ConvolutionForwardTiles(self, memory, $0) }
    }
  }
}

struct ConvolutionForwardTiles<T: KernelReal>: TileMaker {
  private let geometry: ConvolutionGeometry
  private let source: PatchSource<T>
  private let lists: PatchLists
  private let w: UnsafeMutablePointer<T>
  private let kernel: Panels
  private let packed: UnsafeMutablePointer<T>

  init(_ plan: ConvolutionForwardPlan, _ memory: Memory, _ prepared: UnsafeMutablePointer<T>) {
    geometry = plan.geometry
    source = PatchSource(plan.lines, RowSource(plan.x, memory))
    lists = plan.lists
    w = memory.pointer(plan.w)
    kernel = plan.kernel
    packed = prepared
  }

  private var rowsPerTask: Int { 64 }

  func preparation(chunk: Int) -> [Int] { [geometry.groups * pieces(of: rowsPerTask, in: geometry.patch)] }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func prepare(chunk: Int, phase: Int, task: Int, scratch: UnsafeMutablePointer<T>) {
    let perGroup = pieces(of: rowsPerTask, in: geometry.patch)
    let group = task / perGroup
    kernel.pack(
      piece(task % perGroup, of: rowsPerTask, in: geometry.patch), from: w + group * geometry.groupOutputs,
      pitch: geometry.outChannels, panels: 0..<kernel.count, to: packed + group * kernel.elements)
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func add(_ lines: Range<Int>, to ahead: inout ReadAhead<T>) { source.add(lines, to: &ahead) }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func make(
    _ lines: Range<Int>, at tile: UnsafeMutablePointer<T>, scratch: UnsafeMutablePointer<T>,
    fetching ahead: inout ReadAhead<T>
  ) {
    let g = geometry
    let outputs = lists.outputs(at: scratch)
    source.lines.list(lines, outputs: outputs, lines: lists.lines(at: scratch))
    for group in 0..<g.groups {
      let patches = PanelOperand(
        base: source.patches(of: lines, group: group, scratch: scratch + lists.elements),
        rows: Listed(outputs),
        depth: g.patch, runs: Every(source.lines.lineStride), length: g.kernelWidth * g.groupChannels, step: 1
      )
      for panel in 0..<kernel.count {
        let first = panel * kernel.width
        PanelProduct.multiply(
          rows: lines.count * g.outWidth, patches, packed + group * kernel.elements + panel * kernel.stride,
          width: kernel.width,
          to: PanelResult(
            base: tile + group * g.groupOutputs + first, rows: Every(g.outChannels),
            columns: min(kernel.width, g.groupOutputs - first), adds: false), fetching: &ahead)
      }
    }
  }
}
