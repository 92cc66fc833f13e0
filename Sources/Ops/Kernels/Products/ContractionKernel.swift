/// A matrix product or a convolution computed in tiles of rows, with an optional epilogue on each tile while
/// it is in cache.
///
/// Tiles are ranges of *units*: rows, images or image lines, depending on the kernel.
protocol ContractionPlan: KernelPlan {
  var operands: [BufferSlice] { get }
  /// Those that it converts as it reads them.
  var convertedOperands: [BufferSlice] { get }
  /// The destination; nil if only the epilogue reads the product.
  var result: BufferSlice? { get }
  var epilogue: EpiloguePlan? { get }
  /// The length of a row of the result.
  var columns: Int { get }
  /// The division of units into tiles and tasks.
  var tiling: RowTiling { get }
  /// The scratch elements a worker needs to compute a tile.
  var scratchElements: Int { get }
  /// The number of elements prepared before the tiles and shared by all, such as packed kernels.
  var preparedElements: Int { get }
  /// The number of tasks between two preparations; all of them by default.
  var tasksPerChunk: Int { get }

  /// Returns the rows of the result computed by some units.
  func rows(of units: Range<Int>) -> Range<Int>
}

extension ContractionPlan {
  var convertedOperands: [BufferSlice] { [] }
  var preparedElements: Int { 0 }
  var tasksPerChunk: Int { max(1, tiling.tasks) }
  func rows(of units: Range<Int>) -> Range<Int> { units }

  package var tile: String { "\(rows(of: 0..<min(tiling.rowsPerTile, tiling.rows)).count)x\(columns)" }
  package var reads: [BufferSlice] { operands + (epilogue?.reads ?? []) }
  package var writes: [BufferSlice] { [result].compactMap { $0 } + (epilogue?.writes ?? []) }
  package var converted: [BufferSlice] {
    convertedOperands + [result].compactMap { $0 } + (epilogue?.converted ?? [])
  }

  /// Whether tiles are computed where the result lies, and not in scratch memory.
  var isTileInResult: Bool { result.map { $0.storage != .bfloat16 } ?? false }

  // The epilogue's accumulators, followed by the prepared data.
  var sumElements: Int { aligned((epilogue?.loop.partialWidth ?? 0) * tiling.tasks) }
  // Per worker: scratch for the product, the tile if it is not in the result, the epilogue's values.
  var tileElements: Int { isTileInResult ? 0 : tiling.rowsPerTile * rows(of: 0..<1).count * columns }

  package var partialElements: Int { sumElements + preparedElements }
  package var workerElements: Int {
    aligned(scratchElements) + aligned(tileElements) + (epilogue?.loop.workerElements ?? 0)
  }
}

/// The functions that compute the tiles of a product.
struct TileProducer<T: KernelReal> {
  /// Returns the number of tasks in each preparation phase before the tiles of a chunk of tasks.
  var preparation: (_ chunk: Int) -> [Int] = { _ in [] }
  var prepare: (_ chunk: Int, _ phase: Int, _ task: Int, _ scratch: UnsafeMutablePointer<T>) -> Void = {
    _, _, _, _ in
  }

  /// Adds the reads of some units, in order, to the prefetcher.
  var add: (_ units: Range<Int>, _ ahead: inout Prefetcher) -> Void = { _, _ in }

  /// Writes the rows of `units` to `tile`, while prefetching the following reads.
  let make:
    (
      _ units: Range<Int>, _ tile: UnsafeMutablePointer<T>, _ scratch: UnsafeMutablePointer<T>,
      _ ahead: inout Prefetcher
    ) -> Void
}

final class ContractionKernel<T: KernelReal> {
  private enum Step {
    case prepare(chunk: Int, phase: Int)
    case tiles(firstTask: Int)
    case combine
  }

  private let phases: [Int]
  private let steps: [Step]
  private let plan: any ContractionPlan
  private let memory: CallMemory<T>
  private let producer: TileProducer<T>
  private let tiling: RowTiling
  private let columns: Int, tileOffset: Int, loopOffset: Int
  // Nil if only the epilogue reads the product.
  private let result: TensorWriter<T>?
  private let loop: VectorLoop<T>?

  /// Creates a kernel bound to memory.
  ///
  /// - Parameter producer: Creates the tile producer, given the memory for prepared data.
  init(
    _ plan: some ContractionPlan, _ memory: CallMemory<T>,
    _ producer: (UnsafeMutablePointer<T>) -> TileProducer<T>
  ) {
    self.plan = plan
    self.memory = memory
    tiling = plan.tiling
    columns = plan.columns
    tileOffset = aligned(plan.scratchElements)
    loopOffset = tileOffset + aligned(plan.tileElements)
    result = plan.result.map { TensorWriter($0, memory) }
    loop = plan.epilogue.map { VectorLoop($0.loop, tile: $0.tile, memory) }
    self.producer = producer(memory.partials + plan.sumElements)
    var steps: [(step: Step, tasks: Int)] = []
    let chunks = pieces(of: plan.tasksPerChunk, in: tiling.tasks)
    for chunk in 0..<chunks {
      for (phase, tasks) in self.producer.preparation(chunk).enumerated() {
        steps.append((.prepare(chunk: chunk, phase: phase), tasks))
      }
      let tasks = piece(chunk, of: plan.tasksPerChunk, in: tiling.tasks)
      steps.append((.tiles(firstTask: tasks.lowerBound), tasks.count))
    }
    if (plan.epilogue?.loop.partialWidth ?? 0) > 0 { steps.append((.combine, 1)) }
    self.steps = steps.map(\.step)
    phases = steps.map(\.tasks)
  }

  /// The kernel for workers.
  var kernel: TaskKernel { TaskKernel(phases: phases, run) }

  private func run(phase: Int, task: Int, worker: Int) {
    switch steps[phase] {
    case .prepare(let chunk, let phase):
      producer.prepare(chunk, phase, task, memory.scratch(of: worker))
    case .tiles(let firstTask): makeTiles(firstTask + task, scratch: memory.scratch(of: worker))
    case .combine:
      loop?.combine(segment: 0, parts: 0..<tiling.tasks) { part in
        plan.rows(of: piece(part, of: tiling.rowsPerTask, in: tiling.rows)).count
      }
    }
  }

  @inline(__always)
  private func makeTiles(_ task: Int, scratch: UnsafeMutablePointer<T>) {
    var isFirst = true
    tiling.forEachTile(of: task) { units, next in
      let rows = plan.rows(of: units)
      let elements = rows.lowerBound * columns..<rows.upperBound * columns
      var room = ScratchRoom(scratch + tileOffset)
      let tile = result?.place(of: elements, in: &room) ?? scratch + tileOffset
      var ahead = Prefetcher()
      loop?.add(rows, to: &ahead)
      producer.add(next, &ahead)
      producer.make(units, tile, scratch, &ahead)
      loop?.run(
        rows: rows, part: task, isFirst: isFirst, tile: tile, tileRow: rows.lowerBound,
        scratch: scratch + loopOffset)
      result?.finish(elements, at: tile)
      isFirst = false
    }
  }
}

/// Returns a number of elements rounded up to the alignment.
func aligned(_ elements: Int) -> Int { (elements + 15) & ~15 }
