/// The weight gradient of a convolution: products of transposed patches with the upstream rows, accumulated
/// over tiles.
///
/// Patches are gathered some channels at a time: the pixels of a tile are then next to each other, where
/// those of the images would compete for the same sets of a cache.
///
/// Large results are divided by columns, and those of a product of matrices by rows too where the columns
/// alone would give an odd number of tasks. Small ones are computed as partial sums over ranges of lines,
/// which are added in order at the end.
struct ConvolutionWeightGradientPlan: KernelPlan {
  /// The geometry; a pointwise convolution is regrouped into long lines.
  let geometry: ConvolutionGeometry
  let x: OperandPlan
  let upstream: OperandPlan
  let result: BufferSlice
  let element: ElementType
  let form: OperandForm

  /// Plans a call on operands as they are stored.
  init(
    _ geometry: ConvolutionGeometry, _ operands: [BufferView], to result: BufferSlice,
    _ element: ElementType, _ choices: KernelChoices
  ) {
    form = OperandForm(
      inPairs: choices.allowsPairs && geometry.allowsPairs(of: geometry.channels)
        && geometry.allowsPairs(of: geometry.outChannels))
    x = OperandPlan(operands[0], as: form.ofRows)
    upstream = OperandPlan(operands[1], as: form.ofRows)
    (self.geometry, self.result, self.element) = (geometry, result, element)
  }

  var reads: [BufferSlice] { x.reads + upstream.reads }
  var converted: [BufferSlice] { geometry.convertsOperands ? reads : [] }
  var writes: [BufferSlice] { [result] }
  var summary: String { "weight gradient \(geometry.summary)" }

  var tile: String { "\(geometry.patch)x\(tiling.rowsPerTile * geometry.outWidth)" }

  var isInPairs: Bool { form.isInPairs }
  var lines: PaddedRows { PaddedRows(geometry, form.ofRows) }
  var tiling: RowTiling {
    RowTiling(rows: lines.lines, rowsPerTile: linesPerTile, mostTasks: columnTasks > 1 ? 1 : 8)
  }
  // Each tile passes over the result once. Pairs of as many more pixels take the same room.
  private var linesPerTile: Int {
    let perPixel = max(1, geometry.strideH * geometry.strideW * geometry.channels)
    let pixels = max(64, min(128, 131_072 / perPixel)) * form.numbers
    return max(1, min(pixels / max(1, geometry.outWidth), lines.lines))
  }
  /// The layout of a tile's upstream gradients, for a group.
  var upstreamPanels: PackedPanels {
    PackedPanels(
      rows: pieces(of: form.numbers, in: tilePixels), columns: geometry.groupOutputs, element: element)
  }
  private var tilePixels: Int { linesPerTile * geometry.outWidth }
  private var isDivided: Bool { geometry.weightCount > 65_536 && upstreamPanels.count >= 4 }
  /// The number of tasks along the rows.
  var rowTasks: Int {
    let count = upstreamPanels.count
    return isDivided && geometry.isPointwise && count % 4 != 0 && count % 2 == 0 ? 2 : 1
  }
  /// The result panels per task.
  var panelsPerTask: Int {
    let count = upstreamPanels.count
    return isDivided ? pieces(of: 4 / rowTasks, in: count) : count
  }
  /// The number of tasks along the columns.
  var columnTasks: Int { pieces(of: panelsPerTask, in: upstreamPanels.count) }
  /// The channels of the patches of a tile that are gathered at a time: whole register tiles.
  var channelsAtATime: Int { min(8 * PanelProduct.tileHeight, geometry.kernelWidth * geometry.groupChannels) }
  var gatheredElements: Int { upstreamPanels.rows * channelsAtATime }
  var lists: IndirectionLayout { IndirectionLayout(outputs: tilePixels) }

  var partialElements: Int { (tiling.tasks - 1) * geometry.weightCount }
  var upstreamElements: Int { upstream.scratchElements(rows: tilePixels) }
  var workerElements: Int {
    lists.elements + (aligned(upstreamPanels.elements) + aligned(gatheredElements)) * form.size
      + aligned(upstreamElements) + lines.scratchElements(x, tiling.largest)
  }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { bound(to: memory) }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { bound(to: memory) }

  private func bound<T: KernelReal>(to memory: CallMemory<T>) -> any Kernel {
    switch form {
    case .numbers: ConvolutionWeightGradientKernel<T>(self, memory).kernel
    case .pairs: ConvolutionWeightGradientKernel<BFloat16Pair>(self, memory.inSinglePrecision).kernel
    case .unpackedPairs: ConvolutionWeightGradientKernel<UnpackedPair>(self, memory.inSinglePrecision).kernel
    }
  }
}

final class ConvolutionWeightGradientKernel<Element: PanelElement> {
  typealias Number = Element.Sum

  private let phases: [Int]
  private let geometry: ConvolutionGeometry
  private let memory: CallMemory<Number>
  private let tiling: RowTiling
  private let source: PaddedRowReader<Element.Row>
  private let lists: IndirectionLayout
  private let panels: PackedPanels
  private let panelsPerTask: Int, columnTasks: Int, rowTasks: Int
  private let channelsAtATime: Int
  private let gatheredElements: Int, upstreamElements: Int
  private let upstream: OperandReader<Element.Row>
  private let result: UnsafeMutablePointer<Number>, partials: UnsafeMutablePointer<Number>
  private static var elementsPerSumTask: Int { 65_536 }

  init(_ plan: ConvolutionWeightGradientPlan, _ memory: CallMemory<Number>) {
    self.memory = memory
    geometry = plan.geometry
    tiling = plan.tiling
    source = PaddedRowReader(plan.lines, OperandReader(plan.x, memory))
    lists = plan.lists
    panels = plan.upstreamPanels
    (panelsPerTask, columnTasks, rowTasks) = (plan.panelsPerTask, plan.columnTasks, plan.rowTasks)
    channelsAtATime = plan.channelsAtATime
    (gatheredElements, upstreamElements) = (plan.gatheredElements, plan.upstreamElements)
    upstream = OperandReader(plan.upstream, memory)
    (result, partials) = (ResultWriter(plan.result, memory).elements, memory.partials)
    let sums = tiling.tasks > 1 ? pieces(of: Self.elementsPerSumTask, in: geometry.weightCount) : 0
    phases = [tiling.tasks * columnTasks * rowTasks, sums]
  }

  /// The kernel for workers.
  var kernel: TaskKernel { TaskKernel(phases: phases, run) }

  private func run(phase: Int, task: Int, worker: Int) {
    let g = geometry
    if phase == 1 {
      let range = piece(task, of: Self.elementsPerSumTask, in: g.weightCount)
      for part in 1..<tiling.tasks {
        let sum = partials + (part - 1) * g.weightCount + range.lowerBound
        map(result + range.lowerBound, result + range.lowerBound, sum, range.count) { $0 + $1 }
      }
      return
    }
    let (part, column) = (task / rowTasks / columnTasks, task / rowTasks % columnTasks)
    let sum = part == 0 ? result : partials + (part - 1) * g.weightCount
    var isFirst = true
    tiling.forEachTile(of: part) { lines, next in
      add(
        lines, next, piece(column, of: panelsPerTask, in: panels.count), rowTask: task % rowTasks, to: sum,
        adds: !isFirst, scratch: memory.scratch(of: worker))
      isFirst = false
    }
  }

  // Accumulates the products of a tile of lines, for some panels of the result.
  @inline(__always)
  private func add(
    _ lines: Range<Int>, _ next: Range<Int>, _ columns: Range<Int>, rowTask: Int,
    to sum: UnsafeMutablePointer<Number>, adds: Bool, scratch: UnsafeMutablePointer<Number>
  ) {
    let g = geometry
    let outputs = lists.outputs(at: scratch)
    source.lines.list(lines, outputs: outputs)
    var room = ScratchRoom(scratch + lists.elements)
    let packed = room.take(panels.elements, as: Element.self)
    let gathered = room.take(gatheredElements, as: Element.self)
    let upstreamRoom = room.take(upstreamElements, as: Element.Row.self)
    let pixels = lines.count * g.outWidth
    let depth = Element.elements(pixels)
    // The channels of the taps of a kernel row are next to each other.
    let rows = g.kernelWidth * g.groupChannels
    let own = piece(rowTask, of: pieces(of: rowTasks, in: rows), in: rows)
    var ahead = Prefetcher()
    add(next, columns, to: &ahead)
    let upstreamRows = lines.lowerBound * g.outWidth..<lines.upperBound * g.outWidth
    let upstream = upstream.rows(upstreamRows, scratch: upstreamRoom)
    for group in 0..<g.groups {
      let patches = source.patches(
        of: lines, group: group, scratch: reinterpreted(room.rest, as: Element.Row.self))
      Element.packPixels(
        pixels, of: panels,
        from: upstream
          + (upstreamRows.lowerBound * g.outChannels + group * g.groupOutputs) / Element.numbers,
        pitch: g.outChannels, panels: columns, to: packed)
      for y in 0..<g.kernelHeight {
        var first = own.lowerBound
        while first < own.upperBound {
          let end = min(first + channelsAtATime, own.upperBound)
          Element.gather(
            pixels, at: outputs, channels: first..<end, from: patches + y * source.lines.runStride,
            to: gathered)
          let operand = PanelOperand(
            base: UnsafePointer(gathered), rows: .strided(1), step: end - first, depth: depth)
          for panel in columns {
            let (column, width) = (panel * panels.width, panels.width(of: panel))
            PanelProduct.multiply(
              rows: end - first, operand, packed + panel * panels.stride, width: width,
              to: PanelResult(
                base: sum + ((y * rows + first) * g.outChannels + group * g.groupOutputs + column),
                rows: .strided(g.outChannels), columns: min(width, g.groupOutputs - column), adds: adds),
              fetching: &ahead)
          }
          first = end
        }
      }
    }
  }

  // Adds the reads of the following tile, for some panels, to the prefetcher.
  @inline(__always)
  private func add(_ lines: Range<Int>, _ columns: Range<Int>, to ahead: inout Prefetcher) {
    if lines.isEmpty { return }
    let g = geometry
    upstream.add(
      lines.lowerBound * g.outWidth..<lines.upperBound * g.outWidth,
      columns: columnTasks == 1
        ? nil
        : columns.lowerBound * panels.width / Element.numbers..<columns.upperBound * panels.width
          / Element.numbers,
      pitch: g.outChannels / Element.numbers, to: &ahead)
    source.add(lines, to: &ahead)
  }
}
