/// The gradient of a convolution's input: products of gathered upstream rows with the transposed kernel, with an
/// optional epilogue over the input's rows.
///
/// Inputs that lie at the same place between a stride's steps see the same taps: each such class is a convolution of
/// the upstream gradient with stride 1.
struct ConvolutionInputGradientPlan: ProductPlan {
  let geometry: ConvolutionGeometry
  let upstream: Place, w: Place
  let result: Place?
  let epilogue: EpiloguePlan?

  var operands: [Place] { [upstream, w] }
  var columns: Int { geometry.channels }
  var summary: String { "input gradient \(geometry.summary)\(epilogue == nil ? "" : " + epilogue")" }

  // A unit is as many lines of the input as the stride has, so that it has a line of each class.
  var unitsPerImage: Int { pieces(of: geometry.strideH, in: geometry.height) }
  var tiling: RowTiling {
    let rowsPerUnit = geometry.strideH * geometry.width
    let perClass = geometry.rowsPerTile * geometry.strideH * geometry.strideW
    return RowTiling(
      rows: geometry.images * unitsPerImage, rowsPerTile: max(1, perClass / max(1, rowsPerUnit)))
  }
  func rows(of units: Range<Int>) -> Range<Int> { row(of: units.lowerBound)..<row(of: units.upperBound) }
  private func row(of unit: Int) -> Int {
    let line = min(unit % unitsPerImage * geometry.strideH, geometry.height)
    return (unit / unitsPerImage * geometry.height + line) * geometry.width
  }
  var tileElements: Int {
    result == nil ? tiling.rowsPerTile * geometry.strideH * geometry.width * columns : 0
  }

  var classes: [InputGradientClass] { InputGradientClass.all(of: geometry) }
  // Whether the kernel is transposed once, before the tiles, and not in each product.
  var isTransposedOnce: Bool {
    geometry.weightCount <= (classes.contains { $0.taps.count > 1 } ? 300_000 : 20_000)
  }
  var preparedElements: Int { isTransposedOnce ? geometry.weightCount : 0 }
  // Gathered rows, then the rows of a class.
  var gatheredElements: Int {
    let most = classes.map { $0.geometry.isPointwise ? 0 : $0.geometry.outWidth * $0.geometry.patch }.max()
    return aligned(tiling.rowsPerTile * (most ?? 0))
  }
  var scratchElements: Int {
    let widest = classes.map(\.geometry.outWidth).max() ?? 0
    return gatheredElements + (classes.count > 1 ? tiling.rowsPerTile * widest * columns : 0)
  }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    makeKernel(element) {
      ProductKernel<Float>(self, memory, partials) { ConvolutionInputGradientTiles(self, memory, $0) }
    } _: {
      ProductKernel<Double>(self, memory, partials) { ConvolutionInputGradientTiles(self, memory, $0) }
    }
  }
}

struct ConvolutionInputGradientTiles<T: KernelReal>: TileMaker {
  private let plan: ConvolutionInputGradientPlan
  private let classes: [InputGradientClass]
  private let unitsPerImage: Int, compactOffset: Int
  private let upstream: UnsafeMutablePointer<T>, w: UnsafeMutablePointer<T>
  // The transposed kernel, `[taps, K / groups, C]`, a class's taps together.
  private let transposed: UnsafeMutablePointer<T>
  // The taps of all classes in their order.
  private let taps: [Int]

  init(
    _ plan: ConvolutionInputGradientPlan, _ memory: Memory, _ prepared: UnsafeMutablePointer<T>
  ) {
    self.plan = plan
    transposed = prepared
    taps = plan.isTransposedOnce ? plan.classes.flatMap(\.taps) : []
    classes = plan.classes
    unitsPerImage = plan.unitsPerImage
    compactOffset = plan.gatheredElements
    (upstream, w) = (memory.pointer(plan.upstream), memory.pointer(plan.w))
  }

  func preparation(chunk: Int) -> [Int] { taps.isEmpty ? [] : [taps.count] }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func prepare(chunk: Int, phase: Int, task: Int, scratch: UnsafeMutablePointer<T>) {
    let g = plan.geometry
    let (depth, outputs) = (g.groupChannels, g.groupOutputs)
    let source = w + taps[task] * depth * g.outChannels
    let target = transposed + task * outputs * g.channels
    for group in 0..<g.groups {
      // In squares, so that neither side's lines are left before they are used up.
      for first in stride(from: 0, to: outputs, by: 16) {
        for row in 0..<depth {
          for column in first..<min(first + 16, outputs) {
            target[column * g.channels + group * depth + row] =
              source[row * g.outChannels + group * outputs + column]
          }
        }
      }
    }
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func make(_ units: Range<Int>, at tile: UnsafeMutablePointer<T>, scratch: UnsafeMutablePointer<T>) {
    let firstRow = plan.rows(of: units).lowerBound
    var firstTap = 0
    for own in classes {
      defer { firstTap += own.taps.count }
      let rows = own.rows(of: units, unitsPerImage: unitsPerImage)
      if classes.count == 1 && !own.taps.isEmpty {
        multiply(own, rows, firstTap, to: tile, scratch: scratch)
      } else {
        let compact = scratch + compactOffset
        if !own.taps.isEmpty { multiply(own, rows, firstTap, to: compact, scratch: scratch) }
        spread(own, rows, from: compact, to: tile, firstRow: firstRow)
      }
    }
  }

  @inline(__always)
  private func multiply(
    _ own: InputGradientClass, _ rows: Range<Int>, _ firstTap: Int, to target: UnsafeMutablePointer<T>,
    scratch: UnsafeMutablePointer<T>
  ) {
    let g = plan.geometry
    for group in 0..<g.groups {
      let patches = own.geometry.patches(of: upstream, rows: rows, group: group, in: scratch)
      if !taps.isEmpty {
        T.gemm(
          false, false, rows.count, g.groupChannels, own.geometry.patch, patches, own.geometry.patch,
          transposed + firstTap * g.groupOutputs * g.channels + group * g.groupChannels, g.channels, 0,
          target + group * g.groupChannels, g.channels)
        continue
      }
      for (index, tap) in own.taps.enumerated() {
        T.gemm(
          false, true, rows.count, g.groupChannels, g.groupOutputs, patches + index * g.groupOutputs,
          own.geometry.isPointwise ? g.outChannels : own.geometry.patch,
          w + tap * g.groupChannels * g.outChannels + group * g.groupOutputs, g.outChannels,
          index == 0 ? 0 : 1, target + group * g.groupChannels, g.channels)
      }
    }
  }

  // Puts a class's rows where they belong between those of the others; zeros where no tap reaches.
  @inline(__always)
  private func spread(
    _ own: InputGradientClass, _ rows: Range<Int>, from compact: UnsafeMutablePointer<T>,
    to tile: UnsafeMutablePointer<T>, firstRow: Int
  ) {
    let g = plan.geometry
    var source = compact
    let (perLine, perImage) = (own.geometry.outWidth, own.geometry.rowsPerImage)
    for line in stride(from: rows.lowerBound, to: rows.upperBound, by: max(1, perLine)) {
      let y = line % perImage / perLine * g.strideH + own.firstY
      let row = (line / perImage * g.height + y) * g.width + own.firstX - firstRow
      for index in 0..<perLine {
        let target = tile + (row + index * g.strideW) * g.channels
        if own.taps.isEmpty {
          target.update(repeating: 0, count: g.channels)
        } else {
          copy(target, from: source, g.channels)
          source += g.channels
        }
      }
    }
  }
}
