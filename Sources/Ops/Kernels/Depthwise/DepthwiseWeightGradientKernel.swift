/// The weight gradient of a depthwise convolution, one task for a block of channels of some images; the sums
/// over the images of each task are added in order at the end.
struct DepthwiseWeightGradientPlan: KernelPlan {
  let geometry: DepthwiseGeometry
  let x: BufferSlice
  let upstream: BufferSlice
  let result: BufferSlice

  var reads: [BufferSlice] { [x, upstream] }
  var writes: [BufferSlice] { [result] }
  var summary: String { "depthwise weight gradient \(geometry.summary)" }
  var tile: String { "\(geometry.linesPerBand)x\(geometry.width.target)" }
  var workerElements: Int { geometry.slabSize + geometry.taps * 16 }
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
  private let imagesPerTask: Int, imageTasks: Int
  private let x: UnsafePointer<T>, upstream: UnsafePointer<T>
  private let result: UnsafeMutablePointer<T>, partials: UnsafeMutablePointer<T>

  init(_ plan: DepthwiseWeightGradientPlan, _ memory: CallMemory<T>) {
    (geometry, self.memory) = (plan.geometry, memory)
    (imagesPerTask, imageTasks) = (plan.imagesPerTask, plan.imageTasks)
    x = OperandReader(plan.x, memory).elements
    upstream = OperandReader(plan.upstream, memory).elements
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
      let source = x + (image * sources * g.channels + channel)
      let gradient = upstream + (image * targets * g.channels + channel)
      // Of the next image; the last one of all has itself.
      let next = image + 1 < g.images ? 1 : 0
      var ahead = (
        DepthwiseReadAhead(
          source + next * sources * g.channels, pitch: g.channels, pixels: 0..<sources, steps: steps),
        DepthwiseReadAhead(
          gradient + next * targets * g.channels, pitch: g.channels, pixels: 0..<targets, steps: steps)
      )
      for band in 0..<g.bands {
        let lines = piece(band, of: g.linesPerBand, in: g.height.target)
        g.fill(slab, from: source, for: lines, clears: g.bands > 1 || image == images.lowerBound, access)
        add(lines, slab, gradient, to: sums, access, fetching: &ahead)
      }
    }
    let target = part == 0 ? result : partials + (part - 1) * g.taps * g.channels
    for tap in 0..<g.taps { access.store(load(sums + tap * 16), target + (tap * g.channels + channel)) }
  }

  // Adds the products of a band of an image, a few lines at a time, so that what the taps read of the slab
  // stays in the L1 cache.
  @inline(__always)
  private func add(
    _ band: Range<Int>, _ slab: UnsafeMutablePointer<T>, _ gradient: UnsafePointer<T>,
    to sums: UnsafeMutablePointer<T>, _ access: some VectorAccess,
    fetching ahead: inout (DepthwiseReadAhead<T>, DepthwiseReadAhead<T>)
  ) {
    let g = geometry
    let groups = pieces(of: DepthwiseTaps<T>.most, in: g.taps)
    let some = max(1, 96 / g.width.target)
    for part in 0..<pieces(of: some, in: band.count) {
      for group in 0..<groups {
        let taps = g.taps * group / groups..<g.taps * (group + 1) / groups
        var tile = DepthwiseTaps(taps, of: slab, g)
        for line in piece(part, of: some, in: band.count) {
          let row = gradient + (band.lowerBound + line) * g.width.target * g.channels
          tile.add(
            from: line * g.height.stride * g.slabPitch, step: g.width.stride * 16, upstream: row,
            pitch: g.channels, count: g.width.target, access)
          ahead.0.step()
          ahead.1.step()
        }
        tile.add(to: sums + taps.lowerBound * 16)
      }
    }
  }
}
