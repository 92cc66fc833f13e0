/// The weight gradient of a depthwise convolution, one task for a block of channels of some images; the sums
/// over the images of each task are added in order at the end.
struct DepthwiseWeightGradientPlan: KernelPlan {
  let geometry: DepthwiseGeometry
  let x: BufferSlice
  let upstream: BufferSlice
  let result: BufferSlice

  var reads: [BufferSlice] { [x, upstream] }
  var writes: [BufferSlice] { [result] }
  var converted: [BufferSlice] { reads }
  var summary: String { "depthwise weight gradient \(geometry.summary)" }
  var tile: String { "\(geometry.linesPerBand)x\(geometry.width.target)" }
  // The slab, the sums, and room for the gradients of some lines that are stored rounded.
  var workerElements: Int {
    geometry.slabSize + geometry.taps * 16
      + (upstream.storage == .bfloat16 ? linesPerGroup * geometry.width.target * 16 : 0)
  }
  /// The lines of results whose products are added at a time: few enough for what the taps read of the slab
  /// to stay in the L1 cache.
  var linesPerGroup: Int { min(geometry.linesPerBand, max(1, 96 / geometry.width.target)) }
  /// The images per task.
  var imagesPerTask: Int {
    pieces(of: min(geometry.images, pieces(of: geometry.blocks, in: 16)), in: geometry.images)
  }
  /// The number of tasks along the images.
  var imageTasks: Int { pieces(of: imagesPerTask, in: geometry.images) }
  var partialElements: Int { (imageTasks - 1) * geometry.taps * geometry.channels }

  func kernel<T: KernelReal>(in memory: CallMemory<T>) -> any Kernel {
    DepthwiseWeightGradientKernel(self, memory)
  }
}

final class DepthwiseWeightGradientKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let geometry: DepthwiseGeometry
  private let memory: CallMemory<T>
  private let imagesPerTask: Int, imageTasks: Int, linesPerGroup: Int
  private let x: TensorReader<T>, upstream: TensorReader<T>
  private let result: UnsafeMutablePointer<T>, partials: UnsafeMutablePointer<T>

  init(_ plan: DepthwiseWeightGradientPlan, _ memory: CallMemory<T>) {
    (geometry, self.memory) = (plan.geometry, memory)
    (imagesPerTask, imageTasks) = (plan.imagesPerTask, plan.imageTasks)
    linesPerGroup = plan.linesPerGroup
    (x, upstream) = (TensorReader(plan.x, memory), TensorReader(plan.upstream, memory))
    (result, partials) = (ResultWriter(plan.result, memory).elements, memory.partials)
    phases = [imageTasks * geometry.blocks, imageTasks > 1 ? 1 : 0]
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func run(phase: Int, task: Int, worker: Int) {
    let g = geometry
    if phase == 1 {
      let count = g.taps * g.channels
      for part in 0..<imageTasks - 1 { map(result, result, partials + part * count, count) { $0 + $1 } }
      return
    }
    let (part, block) = (task / g.blocks, task % g.blocks)
    if g.channels < 16 {
      sum(part, block, memory.scratch(of: worker), PartOfVector(count: g.channels))
    } else {
      sum(part, block, memory.scratch(of: worker), WholeVector())
    }
  }

  // Computes the sums over some images for a block of channels.
  @inline(__always)
  private func sum(
    _ part: Int, _ block: Int, _ slab: UnsafeMutablePointer<T>, _ access: some VectorAccess
  ) {
    let g = geometry
    let channel = g.firstChannel(of: block)
    let sums = slab + g.slabSize
    sums.update(repeating: 0, count: g.taps * 16)
    let (sources, targets) = (g.height.source * g.width.source, g.height.target * g.width.target)
    let steps = pieces(of: DepthwiseTaps<T>.most, in: g.taps) * g.height.target
    let images = piece(part, of: imagesPerTask, in: g.images)
    for image in images {
      let source = image * sources * g.channels + channel
      let gradient = image * targets * g.channels + channel
      // Of the next image; the last one of all has itself.
      let next = image + 1 < g.images ? 1 : 0
      var ahead = (
        DepthwiseReadAhead(
          x, from: source + next * sources * g.channels, pitch: g.channels, pixels: 0..<sources, steps: steps),
        DepthwiseReadAhead(
          upstream, from: gradient + next * targets * g.channels, pitch: g.channels, pixels: 0..<targets,
          steps: steps)
      )
      for band in 0..<g.bands {
        let lines = piece(band, of: g.linesPerBand, in: g.height.target)
        g.fill(slab, from: x, source, for: lines, clears: g.bands > 1 || image == images.lowerBound, access)
        add(lines, slab, gradient, to: sums, access, fetching: &ahead)
      }
    }
    let target = part == 0 ? result : partials + (part - 1) * g.taps * g.channels
    for tap in 0..<g.taps { access.store(load(sums + tap * 16), target + (tap * g.channels + channel)) }
  }

  // Adds the products of a band of an image, some lines at a time.
  @inline(__always)
  private func add(
    _ band: Range<Int>, _ slab: UnsafeMutablePointer<T>, _ gradient: Int,
    to sums: UnsafeMutablePointer<T>, _ access: some VectorAccess,
    fetching ahead: inout (DepthwiseReadAhead, DepthwiseReadAhead)
  ) {
    let g = geometry
    let groups = pieces(of: DepthwiseTaps<T>.most, in: g.taps)
    for part in 0..<pieces(of: linesPerGroup, in: band.count) {
      let lines = piece(part, of: linesPerGroup, in: band.count)
      let upstream = upstreamRows(
        of: lines, from: gradient + (band.lowerBound + lines.lowerBound) * g.width.target * g.channels,
        room: sums + g.taps * 16, access)
      for group in 0..<groups {
        let taps = g.taps * group / groups..<g.taps * (group + 1) / groups
        var tile = DepthwiseTaps(taps, of: slab, g)
        for line in lines {
          let row = upstream.first + (line - lines.lowerBound) * g.width.target * upstream.pitch
          tile.add(
            from: line * g.height.stride * g.slabPitch, step: g.width.stride * 16, upstream: row,
            pitch: upstream.pitch, count: g.width.target, access)
          ahead.0.step()
          ahead.1.step()
        }
        tile.add(to: sums + taps.lowerBound * 16)
      }
    }
  }

  // Returns the upstream gradients of some lines, the first of which is at `start`, and the elements from one
  // to the next: where they lie, or widened in scratch memory.
  @inline(__always)
  private func upstreamRows(
    of lines: Range<Int>, from start: Int, room: UnsafeMutablePointer<T>, _ access: some VectorAccess
  ) -> (first: UnsafePointer<T>, pitch: Int) {
    if case .numbers(let elements) = upstream { return (elements + start, geometry.channels) }
    upstream.copy(
      vectors: lines.count * geometry.width.target, from: start, pitch: geometry.channels, to: room, step: 16,
      access)
    return (UnsafePointer(room), 16)
  }
}
