/// The input gradient of a convolution: products of upstream patches with the transposed kernel, with an
/// optional epilogue over the input's rows.
///
/// Inputs congruent modulo the stride see the same taps: each such phase is a stride-1 convolution of the
/// upstream gradient.
struct ConvolutionInputGradientPlan: ContractionPlan {
  let geometry: ConvolutionGeometry
  let upstream: OperandPlan
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
    form = OperandForm(inPairs: choices.allowsPairs && geometry.allowsPairs(of: geometry.outChannels))
    upstream = OperandPlan(operands[0], as: form)
    (self.geometry, self.result, self.epilogue, self.element) = (geometry, result, epilogue, element)
    w = operands[1].place
  }

  var operands: [BufferSlice] { upstream.reads + [w] }
  var convertedOperands: [BufferSlice] { geometry.convertsOperands ? upstream.reads : [] }
  var columns: Int { geometry.channels }
  var isInPairs: Bool { form.isInPairs }
  var summary: String { "input gradient \(geometry.summary)\(epilogue == nil ? "" : " + epilogue")" }

  // A unit has as many input lines as the stride, so it contains a line of each phase.
  var unitsPerImage: Int { pieces(of: geometry.strideH, in: geometry.height) }
  var tiling: RowTiling {
    let perOutput = geometry.groupOutputs + geometry.strideH * geometry.strideW * geometry.groupChannels
    let units = geometry.images * unitsPerImage
    let perUnit = max(1, geometry.width / geometry.strideW)
    let outputs = ConvolutionGeometry.outputsPerTile(of: units * perUnit, elements: perOutput)
    return RowTiling(rows: units, rowsPerTile: max(1, outputs / perUnit))
  }
  func rows(of units: Range<Int>) -> Range<Int> { row(of: units.lowerBound)..<row(of: units.upperBound) }
  private func row(of unit: Int) -> Int {
    let line = min(unit % unitsPerImage * geometry.strideH, geometry.height)
    return (unit / unitsPerImage * geometry.height + line) * geometry.width
  }

  var classes: [StridePhase] { StridePhase.all(of: geometry) }
  /// Returns the layout of a phase's transposed taps, for a group.
  func kernel(of own: StridePhase) -> PackedPanels {
    PackedPanels(
      rows: own.taps.count * geometry.groupOutputs / form.numbers,
      columns: geometry.groupChannels, element: element)
  }
  /// Returns the lines of upstream gradients that a phase reads.
  func lines(of own: StridePhase) -> PaddedRows { PaddedRows(own.geometry, form) }
  var preparedElements: Int {
    classes.reduce(0) { $0 + kernel(of: $1).elements } * geometry.groups * form.size
  }
  var lists: IndirectionLayout {
    let width = classes.map(\.geometry.outWidth).max() ?? 0
    return IndirectionLayout(outputs: tiling.rowsPerTile * width, hasTargets: true)
  }
  var scratchElements: Int {
    let lines = classes.filter { !$0.taps.isEmpty }.map { own in
      self.lines(of: own).scratchElements(upstream) { body in
        tiling.largest { body(own.lines(of: $0, unitsPerImage: unitsPerImage)) }
      }
    }
    return lists.elements + (lines.max() ?? 0)
  }

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
    ContractionKernel(self, memory) { ConvolutionInputGradientTiles<Element>(self, memory, $0).producer }
      .kernel
  }
}

final class ConvolutionInputGradientTiles<Element: PanelElement> {
  typealias Number = Element.Sum

  /// A phase, its patches, and the offset of its packed kernel.
  private struct Part {
    let own: StridePhase
    let source: PaddedRowReader<Element>
    let kernel: PackedPanels
    let offset: Int
  }

  private let plan: ConvolutionInputGradientPlan
  private let parts: [Part]
  // Kernels are packed one panel of a tap at a time.
  private let panels: [(part: Int, tap: Int, panel: Int)]
  private let unitsPerImage: Int
  private let lists: IndirectionLayout
  private let w: UnsafePointer<Number>
  private let packed: UnsafeMutablePointer<Element>

  init(
    _ plan: ConvolutionInputGradientPlan, _ memory: CallMemory<Number>,
    _ prepared: UnsafeMutablePointer<Number>
  ) {
    self.plan = plan
    let upstream = OperandReader<Element>(plan.upstream, memory)
    var offset = 0
    parts = plan.classes.map { own in
      let kernel = plan.kernel(of: own)
      defer { offset += kernel.elements * plan.geometry.groups }
      return Part(
        own: own, source: PaddedRowReader(plan.lines(of: own), upstream), kernel: kernel, offset: offset)
    }
    let perTap = parts.first?.kernel.count ?? 0
    panels = parts.indices.flatMap { part in
      plan.classes[part].taps.indices.flatMap { tap in (0..<perTap).map { (part, tap, $0) } }
    }
    unitsPerImage = plan.unitsPerImage
    lists = plan.lists
    w = OperandReader(plan.w, memory).elements
    packed = reinterpreted(prepared, as: Element.self)
  }

  /// Its functions, for the kernel.
  var producer: TileProducer<Number> {
    TileProducer(preparation: preparation, prepare: prepare, add: add, make: make)
  }

  private func preparation(chunk: Int) -> [Int] { [panels.count * plan.geometry.groups] }

  private func prepare(chunk: Int, phase: Int, task: Int, scratch: UnsafeMutablePointer<Number>) {
    let g = plan.geometry
    let (own, group) = (panels[task / g.groups], task % g.groups)
    let part = parts[own.part]
    let first = own.tap * g.groupOutputs
    let source = w + part.own.taps[own.tap] * g.groupChannels * g.outChannels + group * g.groupOutputs
    let end = first + g.groupOutputs
    Element.packTransposed(
      first / Element.numbers..<end / Element.numbers, of: part.kernel, from: source - first, count: end,
      pitch: g.outChannels, panel: own.panel, to: packed + part.offset + group * part.kernel.elements)
  }

  // The phases read nearly the same lines.
  private func add(_ units: Range<Int>, to ahead: inout Prefetcher) {
    guard let part = parts.first(where: { !$0.own.taps.isEmpty }) else { return }
    part.source.add(part.own.lines(of: units, unitsPerImage: unitsPerImage), to: &ahead)
  }

  private func make(
    _ units: Range<Int>, at tile: UnsafeMutablePointer<Number>, scratch: UnsafeMutablePointer<Number>,
    fetching ahead: inout Prefetcher
  ) {
    let g = plan.geometry
    let firstRow = plan.rows(of: units).lowerBound
    for part in parts {
      let lines = part.own.lines(of: units, unitsPerImage: unitsPerImage)
      let count = lines.count * part.own.geometry.outWidth
      let (outputs, targets) = (lists.outputs(at: scratch), lists.targets(at: scratch))
      list(part.own, lines, firstRow: firstRow, targets)
      if part.own.taps.isEmpty {
        for index in 0..<count { (tile + Int(targets[index])).update(repeating: 0, count: g.channels) }
        continue
      }
      part.source.lines.list(lines, outputs: outputs)
      for group in 0..<g.groups {
        multiply(
          part, lines, group: group, outputs, to: tile, targets,
          scratch: reinterpreted(scratch + lists.elements, as: Element.self), fetching: &ahead)
      }
    }
  }

  @inline(__always)
  private func multiply(
    _ part: Part, _ lines: Range<Int>, group: Int, _ outputs: UnsafeMutablePointer<Int32>,
    to tile: UnsafeMutablePointer<Number>, _ targets: UnsafeMutablePointer<Int32>,
    scratch: UnsafeMutablePointer<Element>, fetching ahead: inout Prefetcher
  ) {
    let g = plan.geometry
    let (own, kernel) = (part.source.lines.geometry, part.kernel)
    let patches = PanelOperand(
      base: part.source.patches(of: lines, group: group, scratch: scratch), rows: .listed(outputs),
      depth: own.patch, length: own.kernelWidth * own.groupChannels, runStride: part.source.lines.runStride)
    kernel.multiply(
      rows: lines.count * own.outWidth, patches, by: packed + part.offset + group * kernel.elements,
      to: tile + group * g.groupChannels, at: .listed(targets), fetching: &ahead)
  }

  // Lists the offsets of a phase's results, which are interleaved with those of the other phases.
  @inline(__always)
  private func list(
    _ own: StridePhase, _ lines: Range<Int>, firstRow: Int, _ targets: UnsafeMutablePointer<Int32>
  ) {
    let g = plan.geometry
    var next = targets
    for line in lines {
      let y = line % own.geometry.outHeight * g.strideH + own.firstY
      let row = (line / own.geometry.outHeight * g.height + y) * g.width + own.firstX - firstRow
      for x in 0..<own.geometry.outWidth {
        next[x] = Int32(truncatingIfNeeded: (row + x * g.strideW) * g.channels)
      }
      next += own.geometry.outWidth
    }
  }
}
