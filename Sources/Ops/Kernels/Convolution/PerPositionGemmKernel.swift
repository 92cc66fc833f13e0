/// The products of a `PerPositionGemm`, divided by output positions and columns, with an optional epilogue;
/// or, transposed, those of its input gradient.
struct PerPositionGemmPlan: ContractionPlan {
  let map: PerPositionGemm
  let isTransposed: Bool
  let x: OperandPlan
  let w: BufferSlice
  let result: BufferSlice?
  let epilogue: EpiloguePlan?
  let name: String

  var operands: [BufferSlice] { x.reads + [w] }
  var convertedOperands: [BufferSlice] { x.reads }
  var columns: Int { isTransposed ? map.channels : map.outChannels }
  /// The positions of an image in the result, and in the source.
  var positions: Int { isTransposed ? map.inputs : map.outputs }
  var sources: Int { isTransposed ? map.outputs : map.inputs }
  var summary: String { "\(name) \(map.summary) by positions\(epilogue == nil ? "" : " + epilogue")" }

  var tiling: RowTiling { RowTiling(rows: map.images, rowsPerTile: max(1, map.images / 8)) }
  func rows(of images: Range<Int>) -> Range<Int> {
    images.lowerBound * positions..<images.upperBound * positions
  }
  var scratchElements: Int { x.loopElements }
  // The source if a prologue computes it, then the result if tiles are not in it.
  var wholeElements: Int { x.wholeElements(rows: map.images * sources) }
  var preparedElements: Int {
    wholeElements + (isTileInResult ? 0 : map.images * positions * columns)
  }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { bound(to: memory) }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { bound(to: memory) }

  private func bound<T: KernelReal>(to memory: CallMemory<T>) -> any Kernel {
    ContractionKernel(self, memory) { PerPositionGemmTiles(self, memory, $0).producer }.kernel
  }
}

final class PerPositionGemmTiles<T: KernelReal> {
  private let plan: PerPositionGemmPlan
  private let terms: [[PerPositionGemm.Term]]
  private let x: OperandReader<T>
  private let w: UnsafePointer<T>
  private let whole: UnsafeMutablePointer<T>, result: UnsafeMutablePointer<T>
  private static var columnsPerTask: Int { 128 }

  init(_ plan: PerPositionGemmPlan, _ memory: CallMemory<T>, _ prepared: UnsafeMutablePointer<T>) {
    self.plan = plan
    // Transposed, consecutive taps are not the rows of one matrix.
    let all = plan.isTransposed ? plan.map.terms : plan.map.joined
    terms = (0..<plan.positions).map { position in
      all.filter { (plan.isTransposed ? $0.input : $0.output) == position }
    }
    x = OperandReader(plan.x, memory)
    w = OperandReader(plan.w, memory).elements
    whole = prepared
    result =
      plan.isTileInResult
      ? plan.result.map { ResultWriter($0, memory).elements } ?? prepared : prepared + plan.wholeElements
  }

  /// Its functions, for the kernel.
  var producer: TileProducer<T> {
    TileProducer(preparation: preparation, prepare: prepare, make: make)
  }

  private func preparation(chunk: Int) -> [Int] {
    [plan.x.isComputed ? plan.map.images : 0]
      + [plan.positions * pieces(of: Self.columnsPerTask, in: plan.columns)]
  }

  private func prepare(chunk: Int, phase: Int, task: Int, scratch: UnsafeMutablePointer<T>) {
    if phase == 0 {
      x.store(piece(task, of: plan.sources, in: plan.map.images * plan.sources), in: whole, scratch: scratch)
      return
    }
    let (map, columns) = (plan.map, plan.columns)
    let perPosition = pieces(of: Self.columnsPerTask, in: columns)
    let position = task / perPosition
    let range = piece(task % perPosition, of: Self.columnsPerTask, in: columns)
    let source = x.whole(in: whole)
    let target = result + position * columns + range.lowerBound
    if terms[position].isEmpty {
      for image in 0..<map.images {
        (target + image * plan.positions * columns).update(repeating: 0, count: range.count)
      }
    }
    var beta: T = 0
    for term in terms[position] {
      let kernel = w + term.tap * map.channels * map.outChannels
      if plan.isTransposed {
        T.gemm(
          false, true, map.images, range.count, map.outChannels, source + term.output * map.outChannels,
          plan.sources * map.outChannels, kernel + range.lowerBound * map.outChannels, map.outChannels, beta,
          target, plan.positions * columns)
      } else {
        T.gemm(
          false, false, map.images, range.count, term.count * map.channels,
          source + term.input * map.channels, plan.sources * map.channels, kernel + range.lowerBound,
          map.outChannels, beta, target, plan.positions * columns)
      }
      beta = 1
    }
  }

  private func make(
    _ images: Range<Int>, at tile: UnsafeMutablePointer<T>, scratch: UnsafeMutablePointer<T>,
    fetching ahead: inout Prefetcher
  ) {
    guard !plan.isTileInResult else { return }
    let rows = plan.rows(of: images)
    tile.update(from: result + rows.lowerBound * plan.columns, count: rows.count * plan.columns)
  }
}
