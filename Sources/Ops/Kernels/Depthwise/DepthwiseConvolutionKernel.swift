import OpenBLAS

/// A depthwise convolution or its input gradient, one task for some lines of results.
struct DepthwiseConvolutionPlan: KernelPlan {
  let geometry: DepthwiseGeometry
  let x: BufferSlice
  let w: BufferSlice
  let result: BufferSlice

  var reads: [BufferSlice] { [x, w] }
  var writes: [BufferSlice] { [result] }
  var converted: [BufferSlice] { [x, result] }
  var summary: String {
    "depthwise \(geometry.isFlipped ? "input gradient" : "convolution") \(geometry.summary)"
  }
  var tile: String { "1x\(DepthwiseGeometry.tileWidth)" }
  /// The weights, by block and tap.
  var partialElements: Int { geometry.weights }
  var workerElements: Int { DepthwiseWindow<Float>.elements(geometry, x) }
  var linesPerTask: Int { geometry.linesPerTask(ofAtMost: 64) }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { DepthwiseConvolutionKernel(self, memory).kernel }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { DepthwiseConvolutionKernel(self, memory).kernel }
}

final class DepthwiseConvolutionKernel<T: KernelReal> {
  private let phases: [Int]
  private let geometry: DepthwiseGeometry
  private let memory: CallMemory<T>
  private let linesPerTask: Int
  private let x: TensorReader<T>, w: UnsafePointer<T>
  private let weights: UnsafeMutablePointer<T>
  private let result: TensorWriter<T>
  // The bytes from a pixel of the result to the next.
  private let pixelPitch: Int

  init(_ plan: DepthwiseConvolutionPlan, _ memory: CallMemory<T>) {
    (geometry, self.memory, linesPerTask) = (plan.geometry, memory, plan.linesPerTask)
    (x, w) = (TensorReader(plan.x, memory), OperandReader(plan.w, memory).elements)
    weights = memory.partials
    result = TensorWriter(plan.result, memory)
    pixelPitch = result.address(of: geometry.channels) - result.address(of: 0)
    phases = [1, pieces(of: linesPerTask, in: geometry.lines)]
  }

  /// The kernel for workers.
  var kernel: TaskKernel { TaskKernel(phases: phases, run) }

  private func run(phase: Int, task: Int, worker: Int) {
    let g = geometry
    if phase == 0 { return geometry.pack(w, in: weights) }
    let lines = piece(task, of: linesPerTask, in: g.lines)
    let scratch = memory.scratch(of: worker)
    if T.isForChecks { return convolve(lines, scratch, SpacedTaps(g.width)) }
    switch (g.width.dilation, g.width.kernel, g.width.stride) {
    case (1, 3, 1): convolve(lines, scratch, AdjacentTaps<StaticThree, StaticOne>())
    case (1, 3, 2): convolve(lines, scratch, AdjacentTaps<StaticThree, StaticTwo>())
    case (1, 5, 1): convolve(lines, scratch, AdjacentTaps<StaticFive, StaticOne>())
    case (1, 5, 2): convolve(lines, scratch, AdjacentTaps<StaticFive, StaticTwo>())
    case (1, 7, 1): convolve(lines, scratch, AdjacentTaps<StaticSeven, StaticOne>())
    default: convolve(lines, scratch, SpacedTaps(g.width))
    }
  }

  @inline(never)
  private func convolve(
    _ lines: Range<Int>, _ scratch: UnsafeMutablePointer<T>, _ taps: some DepthwiseTaps
  ) {
    let g = geometry
    DepthwiseWindow.with(x, g, in: scratch) { window in
      for line in lines {
        window.move(to: line)
        window.forEachTile(of: line) { columns, block, addresses in
          let start = line * g.width.target + columns.lowerBound
          if g.isWhole(block) {
            compute(start, columns.count, block, addresses, taps, WholeVector())
          } else {
            computeRest(start, columns.count, addresses)
          }
        }
      }
    }
  }

  // Computes the results of a tile for the last channels: few, so that one version for all taps is enough.
  @inline(never)
  private func computeRest(_ start: Int, _ count: Int, _ addresses: UnsafePointer<UnsafePointer<T>>) {
    let g = geometry
    let (block, rest) = g.channels.quotientAndRemainder(dividingBy: DepthwiseGeometry.lanes)
    compute(start, count, block, addresses, SpacedTaps(g.width), PartOfVector(count: rest))
  }

  // Computes the results of a tile for a block of channels.
  //
  // - Parameters:
  //   - start: The first result, counted over all images.
  //   - addresses: The addresses of what it reads.
  @inline(__always)
  private func compute(
    _ start: Int, _ count: Int, _ block: Int, _ addresses: UnsafePointer<UnsafePointer<T>>,
    _ taps: some DepthwiseTaps, _ access: some VectorAccess
  ) {
    let g = geometry
    let channel = block * DepthwiseGeometry.lanes
    let target = start * g.channels + channel
    var next = result.address(of: target + DepthwiseGeometry.tileWidth * g.channels)
    for _ in 0..<DepthwiseGeometry.tileWidth {
      loupe_prefetch_to_write(next)
      next += pixelPitch
    }
    var weight = UnsafePointer(weights + block * g.taps * DepthwiseGeometry.lanes)
    var places = addresses
    var tile = DepthwiseTile<T>()
    for _ in 0..<g.height.kernel {
      taps.forEach { tap in
        tile.add(load(weight)) { access.load(places[taps.place(tap, $0)] + channel) }
        weight += DepthwiseGeometry.lanes
      }
      places += g.positions
    }
    tile.store(to: result, at: target, step: g.channels, count: count, access)
  }
}
