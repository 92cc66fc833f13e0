import OpenBLAS

/// The weight gradient of a depthwise convolution, one task for some lines of upstream gradients; the sums of
/// the tasks are added in order at the end.
struct DepthwiseWeightGradientPlan: KernelPlan {
  let geometry: DepthwiseGeometry
  let x: BufferSlice
  let upstream: BufferSlice
  let result: BufferSlice

  var reads: [BufferSlice] { [x, upstream] }
  var writes: [BufferSlice] { [result] }
  var converted: [BufferSlice] { reads }
  var summary: String { "depthwise weight gradient \(geometry.summary)" }
  var tile: String { "1x\(DepthwiseGeometry.tileWidth)" }
  // The sums of some lines, a line of gradients that are stored rounded, and the window.
  var workerElements: Int {
    geometry.weights + widenedElements + DepthwiseWindow<Float>.elements(geometry, x)
  }
  var widenedElements: Int {
    upstream.storage == .bfloat16 ? aligned(geometry.width.target * geometry.channels) : 0
  }
  // Few tasks, as each has sums of its own.
  var linesPerTask: Int { geometry.linesPerTask(ofAtMost: 16) }
  var tasks: Int { pieces(of: linesPerTask, in: geometry.lines) }
  var partialElements: Int { tasks * geometry.weights }
  /// The lines that are summed before they are added to the sums of a task: as many as have so many results,
  /// for the rounding errors to be small.
  var linesPerSum: Int { max(1, 256 / geometry.width.target) }

  func kernel(in memory: CallMemory<Float>) -> any Kernel {
    DepthwiseWeightGradientKernel(self, memory).kernel
  }
  func kernel(in memory: CallMemory<Double>) -> any Kernel {
    DepthwiseWeightGradientKernel(self, memory).kernel
  }
}

final class DepthwiseWeightGradientKernel<T: KernelReal> {
  private let phases: [Int]
  private let geometry: DepthwiseGeometry
  private let memory: CallMemory<T>
  private let tasks: Int, linesPerTask: Int, linesPerSum: Int, widenedElements: Int
  private let x: TensorReader<T>, upstream: TensorReader<T>
  private let result: UnsafeMutablePointer<T>, partials: UnsafeMutablePointer<T>

  init(_ plan: DepthwiseWeightGradientPlan, _ memory: CallMemory<T>) {
    (geometry, self.memory) = (plan.geometry, memory)
    (tasks, linesPerTask, linesPerSum) = (plan.tasks, plan.linesPerTask, plan.linesPerSum)
    widenedElements = plan.widenedElements
    (x, upstream) = (TensorReader(plan.x, memory), TensorReader(plan.upstream, memory))
    (result, partials) = (ResultWriter(plan.result, memory).elements, memory.partials)
    phases = [tasks, 1]
  }

  /// The kernel for workers.
  var kernel: TaskKernel { TaskKernel(phases: phases, run) }

  private func run(phase: Int, task: Int, worker: Int) {
    let g = geometry
    if phase == 1 {
      for part in 1..<tasks { map(partials, partials, partials + part * g.weights, g.weights) { $0 + $1 } }
      return g.unpack(partials, to: result)
    }
    let scratch = memory.scratch(of: worker)
    if T.isForChecks { return sum(task, scratch, SpacedTaps(g.width)) }
    switch (g.width.dilation, g.width.kernel, g.width.stride) {
    case (1, 3, 1): sum(task, scratch, AdjacentTaps<StaticThree, StaticOne>())
    case (1, 3, 2): sum(task, scratch, AdjacentTaps<StaticThree, StaticTwo>())
    case (1, 5, 1): sum(task, scratch, AdjacentTaps<StaticFive, StaticOne>())
    case (1, 5, 2): sum(task, scratch, AdjacentTaps<StaticFive, StaticTwo>())
    case (1, 7, 1): sum(task, scratch, AdjacentTaps<StaticSeven, StaticOne>())
    default: sum(task, scratch, SpacedTaps(g.width))
    }
  }

  // Computes the sums of a task.
  @inline(never)
  private func sum(_ task: Int, _ sums: UnsafeMutablePointer<T>, _ taps: some DepthwiseTaps) {
    let g = geometry
    let total = partials + task * g.weights
    total.update(repeating: 0, count: g.weights)
    let widened = sums + g.weights
    let size = g.width.target * g.channels
    let lines = piece(task, of: linesPerTask, in: g.lines)
    DepthwiseWindow.with(x, g, in: widened + widenedElements) { window in
      for part in 0..<pieces(of: linesPerSum, in: lines.count) {
        sums.update(repeating: 0, count: g.weights)
        for index in piece(part, of: linesPerSum, in: lines.count) {
          let line = lines.lowerBound + index
          window.move(to: line)
          var room = ScratchRoom(widened)
          let gradients = upstream.elements(line * size..<(line + 1) * size, in: &room)
          add(line, gradients, window, to: sums, taps)
        }
        map(total, total, sums, g.weights) { $0 + $1 }
      }
    }
  }

  // Adds the products of a line.
  @inline(__always)
  private func add(
    _ line: Int, _ gradients: UnsafePointer<T>, _ window: DepthwiseWindow<T>,
    to sums: UnsafeMutablePointer<T>, _ taps: some DepthwiseTaps
  ) {
    let g = geometry
    window.forEachTile(of: line) { columns, block, addresses in
      let upstream = gradients + columns.lowerBound * g.channels
      if g.isWhole(block) {
        add(upstream, columns.count, block, addresses, to: sums, taps, WholeVector())
      } else {
        addRest(upstream, columns.count, addresses, to: sums)
      }
    }
  }

  // Adds the products of a tile for the last channels: few, so that one version for all taps is enough.
  @inline(never)
  private func addRest(
    _ upstream: UnsafePointer<T>, _ count: Int, _ addresses: UnsafePointer<UnsafePointer<T>>,
    to sums: UnsafeMutablePointer<T>
  ) {
    let g = geometry
    let (block, rest) = g.channels.quotientAndRemainder(dividingBy: DepthwiseGeometry.lanes)
    add(upstream, count, block, addresses, to: sums, SpacedTaps(g.width), PartOfVector(count: rest))
  }

  // Adds the products of a tile for a block of channels.
  //
  // - Parameters:
  //   - upstream: The upstream gradients of its results.
  //   - addresses: The addresses of what they read.
  @inline(__always)
  private func add(
    _ upstream: UnsafePointer<T>, _ count: Int, _ block: Int, _ addresses: UnsafePointer<UnsafePointer<T>>,
    to sums: UnsafeMutablePointer<T>, _ taps: some DepthwiseTaps, _ access: some VectorAccess
  ) {
    let g = geometry
    let channel = block * DepthwiseGeometry.lanes
    let gradients = upstream + channel
    for next in DepthwiseGeometry.tileWidth..<2 * DepthwiseGeometry.tileWidth {
      loupe_prefetch(gradients + next * g.channels)
    }
    let tile = DepthwiseTile(from: gradients, step: g.channels, count: count, access)
    var target = sums + block * g.taps * DepthwiseGeometry.lanes
    var places = addresses
    for _ in 0..<g.height.kernel {
      taps.forEach { tap in
        var sum: Lanes<T> = load(target)
        tile.addProducts(to: &sum) { access.load(places[taps.place(tap, $0)] + channel) }
        store(sum, target)
        target += DepthwiseGeometry.lanes
      }
      places += g.positions
    }
  }
}
