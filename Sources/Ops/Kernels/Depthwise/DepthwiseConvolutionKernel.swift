/// A depthwise convolution or its input gradient, one task for some blocks of channels of a band of an image:
/// what the band reads is copied to a slab, so that tiles need neither borders nor strides of the image.
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
  var tile: String { "\(geometry.linesPerBand)x\(geometry.width.target)" }
  var workerElements: Int { geometry.slabSize + geometry.taps * 16 }
  /// The blocks of channels per task: all of them if there are enough images, as each is prefetched during
  /// the one before it.
  var blocksPerTask: Int {
    let tasks = pieces(of: geometry.images * geometry.bands, in: DepthwiseConvolutionPlan.fewestTasks)
    return pieces(of: min(tasks, geometry.blocks), in: geometry.blocks)
  }
  private static var fewestTasks: Int { 16 }

  func kernel<T: KernelReal>(in memory: CallMemory<T>) -> any Kernel {
    DepthwiseConvolutionKernel(self, memory)
  }
}

final class DepthwiseConvolutionKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let geometry: DepthwiseGeometry
  private let memory: CallMemory<T>
  private let blocksPerTask: Int, taskBlocks: Int
  private let x: TensorReader<T>, w: UnsafePointer<T>
  private let result: TensorWriter<T>

  init(_ plan: DepthwiseConvolutionPlan, _ memory: CallMemory<T>) {
    (geometry, self.memory, blocksPerTask) = (plan.geometry, memory, plan.blocksPerTask)
    taskBlocks = pieces(of: blocksPerTask, in: geometry.blocks)
    (x, w) = (TensorReader(plan.x, memory), OperandReader(plan.w, memory).elements)
    result = TensorWriter(plan.result, memory)
    phases = [geometry.images * geometry.bands * taskBlocks]
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func run(phase: Int, task: Int, worker: Int) {
    let g = geometry
    let (image, band) = (task / taskBlocks / g.bands, task / taskBlocks % g.bands)
    let lines = piece(band, of: g.linesPerBand, in: g.height.target)
    let slab = memory.scratch(of: worker)
    let blocks = piece(task % taskBlocks, of: blocksPerTask, in: g.blocks)
    for block in blocks {
      let isFirst = block == blocks.lowerBound
      if g.channels < 16 {
        convolve(image, lines, block, slab, clears: isFirst, PartOfVector(count: g.channels))
      } else {
        convolve(image, lines, block, slab, clears: isFirst, WholeVector())
      }
    }
  }

  @inline(__always)
  private func convolve(
    _ image: Int, _ lines: Range<Int>, _ block: Int, _ slab: UnsafeMutablePointer<T>, clears: Bool,
    _ access: some VectorAccess
  ) {
    if geometry.width.dilation == 1 {
      convolve(image, lines, block, slab, clears: clears, access, AdjacentTaps())
    } else {
      let taps = DilatedTaps(distance: geometry.width.dilation * 16)
      convolve(image, lines, block, slab, clears: clears, access, taps)
    }
  }

  // Computes a band of an image for a block of channels.
  @inline(never)
  private func convolve(
    _ image: Int, _ lines: Range<Int>, _ block: Int, _ slab: UnsafeMutablePointer<T>, clears: Bool,
    _ access: some VectorAccess, _ taps: some TapDistance
  ) {
    let g = geometry
    let channel = g.firstChannel(of: block)
    let weights = slab + g.slabSize
    for tap in 0..<g.taps {
      let source = g.isFlipped ? g.taps - 1 - tap : tap
      store(access.load(w + (source * g.channels + channel)), weights + tap * 16)
    }
    // Copies, which stay in registers.
    let (x, result) = (x, result)
    let source = image * g.height.source * g.width.source * g.channels
    g.fill(slab, from: x, source + channel, for: lines, clears: clears, access)
    let pixels = g.height.pixels(at: g.height.positions(of: lines))
    var ahead = DepthwiseReadAhead(
      x, from: source + g.firstChannel(of: block + 1), pitch: g.channels,
      pixels: pixels.lowerBound * g.width.source..<pixels.upperBound * g.width.source,
      steps: pieces(of: DepthwiseGeometry.tileLines, in: lines.count)
        * pieces(of: DepthwiseGeometry.tileWidth, in: g.width.target))
    let target = (image * g.height.target + lines.lowerBound) * g.width.target * g.channels + channel
    let tileWidth = DepthwiseGeometry.tileWidth
    // The last tile overlaps the one before it; of a single line both lines of the tile are the same.
    let second = min(lines.count, DepthwiseGeometry.tileLines) - 1
    for y in stride(from: 0, to: lines.count, by: DepthwiseGeometry.tileLines) {
      let line = min(y, lines.count - 1 - second)
      for x in stride(from: 0, to: g.width.target, by: tileWidth) {
        let column = max(0, min(x, g.width.target - tileWidth))
        let start = slab + (line * g.height.stride * g.slabPitch + column * g.width.stride * 16)
        let below = second * g.height.stride * g.slabPitch
        let place = target + (line * g.width.target + column) * g.channels
        let nextLine = second * g.width.target * g.channels
        DepthwiseTile.prefetch(
          result, at: place + 2 * tileWidth * g.channels, step: g.channels, below: nextLine)
        var tile = DepthwiseTile<T>()
        if g.width.stride == 1 {
          add(start, weights, taps, step: 16, below: below, to: &tile)
        } else {
          add(start, weights, taps, step: g.width.stride * 16, below: below, to: &tile)
        }
        tile.store(
          to: result, at: place, step: g.channels, below: nextLine, count: min(tileWidth, g.width.target),
          access)
        ahead.step()
      }
    }
  }

  // Adds the products of all taps.
  @inline(__always)
  private func add(
    _ start: UnsafeMutablePointer<T>, _ weights: UnsafeMutablePointer<T>, _ taps: some TapDistance, step: Int,
    below: Int, to tile: inout DepthwiseTile<T>
  ) {
    let nextLine = geometry.height.dilation * geometry.slabPitch
    var weight = UnsafePointer(weights)
    var line = UnsafePointer(start)
    for _ in 0..<geometry.height.kernel {
      var place = line
      for _ in 0..<geometry.width.kernel {
        tile.add(place, step: step, below: below, times: load(weight))
        place += taps.distance
        weight += 16
      }
      line += nextLine
    }
  }
}

/// The distance in a slab from a tap to the next one of its line.
private protocol TapDistance {
  var distance: Int { get }
}

// Known when it is compiled, so that taps share the vectors they read.
private struct AdjacentTaps: TapDistance {
  @inline(__always)
  var distance: Int { 16 }
}

private struct DilatedTaps: TapDistance {
  let distance: Int
}
