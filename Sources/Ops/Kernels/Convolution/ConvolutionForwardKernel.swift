/// A convolution by implicit im2col: products of patches that are read in place, with an optional epilogue.
struct ConvolutionForwardPlan: ContractionPlan {
  let geometry: ConvolutionGeometry
  let x: OperandPlan
  let w: BufferSlice
  let result: BufferSlice?
  let epilogue: EpiloguePlan?
  let element: ElementType
  let form: OperandForm

  /// Plans a call on operands as they are stored.
  init(
    _ geometry: ConvolutionGeometry, _ operands: [BufferView], to result: BufferSlice?,
    _ epilogue: EpiloguePlan?, _ element: ElementType, _ choices: KernelChoices
  ) {
    form = OperandForm(inPairs: choices.allowsPairs && geometry.allowsPairs(of: geometry.channels))
    x = OperandPlan(operands[0], as: form)
    (self.geometry, self.result, self.epilogue, self.element) = (geometry, result, epilogue, element)
    w = operands[1].place
  }

  var operands: [BufferSlice] { x.reads + [w] }
  var convertedOperands: [BufferSlice] { geometry.convertsOperands ? x.reads : [] }
  var columns: Int { geometry.outChannels }
  var summary: String { "convolution \(geometry.summary)\(epilogue == nil ? "" : " + epilogue")" }
  var isInPairs: Bool { form.isInPairs }
  var lines: PaddedRows { PaddedRows(geometry, form) }
  var tiling: RowTiling { geometry.lineTiling }
  func rows(of lines: Range<Int>) -> Range<Int> {
    lines.lowerBound * geometry.outWidth..<lines.upperBound * geometry.outWidth
  }
  /// The packed kernel of a group.
  var kernel: PackedPanels {
    PackedPanels(rows: geometry.patch / form.numbers, columns: geometry.groupOutputs, element: element)
  }
  var preparedElements: Int { kernel.elements * geometry.groups * form.size }
  var lists: IndirectionLayout {
    IndirectionLayout(outputs: tiling.rowsPerTile * geometry.outWidth)
  }
  var scratchElements: Int { lists.elements + lines.scratchElements(x, tiling.largest) }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { bound(to: memory) }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { bound(to: memory) }

  private func bound<T: KernelReal>(to memory: CallMemory<T>) -> any Kernel {
    switch form {
    case .numbers: kernel(of: T.self, in: memory)
    case .pairs: kernel(of: BFloat16Pair.self, in: memory.inSinglePrecision)
    case .unpackedPairs: kernel(of: UnpackedPair.self, in: memory.inSinglePrecision)
    }
  }

  private func kernel<Element: PanelElement>(
    of type: Element.Type, in memory: CallMemory<Element.Sum>
  ) -> any Kernel {
    ContractionKernel(self, memory) { ConvolutionForwardTiles<Element>(self, memory, $0).producer }.kernel
  }
}

final class ConvolutionForwardTiles<Element: PanelElement> {
  typealias Number = Element.Sum

  private let geometry: ConvolutionGeometry
  private let source: PaddedRowReader<Element>
  private let lists: IndirectionLayout
  private let w: UnsafePointer<Number>
  private let kernel: PackedPanels
  private let packed: UnsafeMutablePointer<Element>

  init(
    _ plan: ConvolutionForwardPlan, _ memory: CallMemory<Number>, _ prepared: UnsafeMutablePointer<Number>
  ) {
    geometry = plan.geometry
    source = PaddedRowReader(plan.lines, OperandReader(plan.x, memory))
    lists = plan.lists
    w = OperandReader(plan.w, memory).elements
    kernel = plan.kernel
    packed = reinterpreted(prepared, as: Element.self)
  }

  /// Its functions, for the kernel.
  var producer: TileProducer<Number> {
    TileProducer(preparation: preparation, prepare: prepare, add: add, make: make)
  }

  private var rowsPerTask: Int { 64 }

  private func preparation(chunk: Int) -> [Int] {
    [geometry.groups * pieces(of: rowsPerTask, in: kernel.rows)]
  }

  private func prepare(chunk: Int, phase: Int, task: Int, scratch: UnsafeMutablePointer<Number>) {
    let perGroup = pieces(of: rowsPerTask, in: kernel.rows)
    let group = task / perGroup
    Element.pack(
      piece(task % perGroup, of: rowsPerTask, in: kernel.rows), of: kernel,
      from: w + group * geometry.groupOutputs, count: geometry.patch, pitch: geometry.outChannels,
      panels: 0..<kernel.count, to: packed + group * kernel.elements)
  }

  private func add(_ lines: Range<Int>, to ahead: inout Prefetcher) { source.add(lines, to: &ahead) }

  private func make(
    _ lines: Range<Int>, at tile: UnsafeMutablePointer<Number>, scratch: UnsafeMutablePointer<Number>,
    fetching ahead: inout Prefetcher
  ) {
    let (g, read) = (geometry, source.lines.geometry)
    let outputs = lists.outputs(at: scratch)
    source.lines.list(lines, outputs: outputs)
    for group in 0..<g.groups {
      let patches = PanelOperand(
        base: source.patches(
          of: lines, group: group, scratch: reinterpreted(scratch + lists.elements, as: Element.self)),
        rows: .listed(outputs), depth: read.patch,
        length: read.kernelWidth * read.groupChannels, runStride: source.lines.runStride)
      kernel.multiply(
        rows: lines.count * g.outWidth, patches, by: packed + group * kernel.elements,
        to: tile + group * g.groupOutputs, at: .strided(g.outChannels), fetching: &ahead)
    }
  }
}
