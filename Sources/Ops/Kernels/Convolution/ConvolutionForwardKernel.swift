/// A convolution by implicit im2col: products of patches that are read in place, with an optional epilogue.
struct ConvolutionForwardPlan: ContractionPlan {
  let geometry: ConvolutionGeometry
  let x: OperandPlan
  let w: BufferSlice
  let result: BufferSlice?
  let epilogue: EpiloguePlan?
  let element: ElementType

  var operands: [BufferSlice] { x.reads + [w] }
  var convertedOperands: [BufferSlice] { geometry.convertsOperands ? x.reads : [] }
  var columns: Int { geometry.outChannels }
  var summary: String { "convolution \(geometry.summary)\(epilogue == nil ? "" : " + epilogue")" }
  var lines: PaddedRows { PaddedRows(geometry) }
  var tiling: RowTiling { geometry.lineTiling }
  func rows(of lines: Range<Int>) -> Range<Int> {
    lines.lowerBound * geometry.outWidth..<lines.upperBound * geometry.outWidth
  }
  /// The packed kernel of a group.
  var kernel: PackedPanels {
    PackedPanels(rows: geometry.patch, columns: geometry.groupOutputs, element: element)
  }
  var preparedElements: Int { kernel.elements * geometry.groups }
  var lists: IndirectionLayout {
    IndirectionLayout(outputs: tiling.rowsPerTile * geometry.outWidth, lines: tiling.rowsPerTile)
  }
  var scratchElements: Int { lists.elements + lines.scratchElements(x, tiling.largest) }

  func kernel<T: KernelReal>(in memory: CallMemory<T>) -> any Kernel {
    ContractionKernel(self, memory) { ConvolutionForwardTiles(self, memory, $0) }
  }
}

struct ConvolutionForwardTiles<T: KernelReal>: TileProducer {
  private let geometry: ConvolutionGeometry
  private let source: PaddedRowReader<T>
  private let lists: IndirectionLayout
  private let w: UnsafePointer<T>
  private let kernel: PackedPanels
  private let packed: UnsafeMutablePointer<T>

  init(_ plan: ConvolutionForwardPlan, _ memory: CallMemory<T>, _ prepared: UnsafeMutablePointer<T>) {
    geometry = plan.geometry
    source = PaddedRowReader(plan.lines, OperandReader(plan.x, memory))
    lists = plan.lists
    w = OperandReader(plan.w, memory).elements
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
  func add(_ lines: Range<Int>, to ahead: inout Prefetcher<T>) { source.add(lines, to: &ahead) }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func make(
    _ lines: Range<Int>, at tile: UnsafeMutablePointer<T>, scratch: UnsafeMutablePointer<T>,
    fetching ahead: inout Prefetcher<T>
  ) {
    let g = geometry
    let outputs = lists.outputs(at: scratch)
    source.lines.list(lines, outputs: outputs, lines: lists.lines(at: scratch))
    for group in 0..<g.groups {
      let patches = PanelOperand(
        base: source.patches(of: lines, group: group, scratch: scratch + lists.elements),
        rows: Indexed(outputs),
        depth: g.patch, runs: Strided(source.lines.runStride), length: g.kernelWidth * g.groupChannels,
        step: 1
      )
      kernel.multiply(
        rows: lines.count * g.outWidth, patches, by: packed + group * kernel.elements,
        to: tile + group * g.groupOutputs, at: Strided(g.outChannels), fetching: &ahead)
    }
  }
}
