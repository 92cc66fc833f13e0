/// A fused elementwise loop with its reductions, divided among the workers.
package struct FusedLoopPlan: KernelPlan {
  let loop: LoopPlan

  /// Creates a standalone loop.
  package init(_ loop: LoopPlan) { self.loop = loop }

  package var reads: [BufferSlice] { loop.leafReads() }
  package var writes: [BufferSlice] { loop.writtenPlaces() }
  package var converted: [BufferSlice] { loop.convertedPlaces() }
  package var summary: String { "loop \(loop.rows)x\(loop.columns), \(loop.steps.count) steps" }

  package var tile: String {
    "\(min(loop.rowsPerBlock, loop.rows))x\(loop.columnsPerBlock)"
  }

  // The rows of a segment are divided into parts, and runs of parts into tasks, by shape alone.
  var rowsPerSegment: Int { loop.rows / max(1, loop.segments) }
  var partsPerSegment: Int {
    let wanted = max(1, loop.rows * loop.columns / FusedLoopPlan.elementsPerTask)
    let parts = min(max(1, wanted / max(1, loop.segments)), FusedLoopPlan.mostParts, max(1, rowsPerSegment))
    return pieces(of: rowsPerPart(parts), in: rowsPerSegment)
  }
  func rowsPerPart(_ parts: Int) -> Int { max(1, pieces(of: max(1, parts), in: rowsPerSegment)) }
  var parts: Int { loop.segments * partsPerSegment }
  var partsPerTask: Int {
    let elements = max(1, loop.rows * loop.columns / max(1, parts))
    return max(1, FusedLoopPlan.elementsPerTask / elements)
  }

  static let elementsPerTask = 16_384
  static let mostParts = 32

  package var partialElements: Int { loop.partialWidth * parts }
  package var workerElements: Int { loop.workerElements }

  package func kernel(in memory: CallMemory<Float>) -> any Kernel { FusedLoop(self, memory).kernel }
  package func kernel(in memory: CallMemory<Double>) -> any Kernel { FusedLoop(self, memory).kernel }
}

final class FusedLoop<T: KernelReal> {
  private let phases: [Int]
  private let loop: VectorLoop<T>
  private let memory: CallMemory<T>
  private let rowsPerSegment: Int, rowsPerPart: Int, partsPerSegment: Int, parts: Int, partsPerTask: Int
  private let segmentsPerTask: Int

  init(_ plan: FusedLoopPlan, _ memory: CallMemory<T>) {
    self.memory = memory
    loop = VectorLoop(plan.loop, memory)
    rowsPerSegment = plan.rowsPerSegment
    partsPerSegment = plan.partsPerSegment
    rowsPerPart = plan.rowsPerPart(partsPerSegment)
    parts = plan.parts
    partsPerTask = plan.partsPerTask
    segmentsPerTask = max(1, 4096 / max(1, plan.loop.columns))
    let combines = plan.loop.partialWidth > 0
    let work = pieces(of: partsPerTask, in: parts)
    phases = combines ? [work, pieces(of: segmentsPerTask, in: plan.loop.segments)] : [work]
  }

  /// The kernel for workers.
  var kernel: TaskKernel { TaskKernel(phases: phases, run) }

  private func run(phase: Int, task: Int, worker: Int) {
    if phase == 0 {
      for part in piece(task, of: partsPerTask, in: parts) {
        let (segment, index) = (part / partsPerSegment, part % partsPerSegment)
        let rows = piece(index, of: rowsPerPart, in: rowsPerSegment)
        let first = segment * rowsPerSegment
        loop.run(
          rows: first + rows.lowerBound..<first + rows.upperBound, part: part, isFirst: true, tile: nil,
          tileRow: 0, scratch: memory.scratch(of: worker))
      }
    } else {
      for segment in piece(task, of: segmentsPerTask, in: loop.plan.segments) {
        loop.combine(segment: segment, parts: segment * partsPerSegment..<(segment + 1) * partsPerSegment) {
          piece($0 % partsPerSegment, of: rowsPerPart, in: rowsPerSegment).count
        }
      }
    }
  }
}
